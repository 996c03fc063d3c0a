import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Report } from '../../../src/doctor/doctor';
import { renderMarkdown, renderText } from '../../../src/doctor/render';
import { exitCodeOf, problem, row } from '../../../src/doctor/row';

const subject = { id: 'x', title: 'Some thing', why: 'Because it is needed.' };
const report: Report = {
  version: 1,
  exitCode: 4,
  rows: [
    row(subject, 'ok', 'All is well.', { details: ['One more fact.'] }),
    problem(subject, 4, 'It is <b>missing</b> | [here](command:evil).', { fix: 'Install it.' }),
  ],
};

test('text: state first, advice below, the verdict last', () => {
  assert.equal(
    renderText(report, 80),
    [
      'ok        Some thing: All is well.',
      '          One more fact.',
      'PROBLEM   Some thing: It is <b>missing</b> | [here](command:evil).',
      '          Why it matters: Because it is needed.',
      '          What to do: Install it.',
      '',
      'Recording fails here: there is no usable bpftrace.',
      '',
    ].join('\n'),
  );
});

test('no line is wider than the terminal', () => {
  const long = row(subject, 'warning', 'word '.repeat(60).trim(), {
    fix: 'do '.repeat(60).trim(),
  });
  const lines = renderText({ ...report, rows: [long] }, 60).split('\n');
  assert.ok(lines.every(({ length }) => length <= 60));
});

test('Markdown: what a process chose is neither markup nor link nor cell', () => {
  const text = renderMarkdown(report);
  assert.ok(!/<b>|\[here\]\(/.test(text));
  assert.match(text, /It is &lt;b&gt;missing&lt;\/b&gt; \\\| \\\[here\\\]\\\(command:evil\\\)\./);
});

test('the exit code is that of what fails first: root, bpftrace, the kernel', () => {
  const failing = (code: 3 | 4 | 5) => problem(subject, code, 'No.');
  assert.equal(exitCodeOf([failing(5), failing(3), failing(4)]), 3);
  assert.equal(exitCodeOf([row(subject, 'warning', 'Hm.')]), 0);
});
