/** From ticks to labels, reasons and what is unusual now. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Labels } from '../../../src/labels/labels';
import { ReportWindows } from '../../../src/labels/reportWindows';
import { causeText, historyText, shortLabel, unusualLines } from '../../../src/labels/unusualText';
import { header, Load } from './labelledLoad';

const QUIET = { work: 20, rest: 10 };

test('null while it learns, then 0; a stack of the running window is not judged yet', () => {
  const load = new Load();
  load.ticks(19, QUIET);
  assert.equal(load.text, 'work null, rest null');
  load.tick(QUIET);
  assert.equal(load.text, 'work 0, rest 0');
  load.tick({ ...QUIET, later: 1 });
  assert.equal(load.text, 'work 0, rest 0, later null');
});

test('a stack that begins to burn: label, reason, cause, history; the process has one label', () => {
  const load = new Load();
  assert.deepEqual(load.ticks(20, QUIET), []);
  const [cause] = load.ticks(5, { ...QUIET, sudden: 80 });
  assert.equal(load.text, 'work 0, rest 0, sudden 1');
  const sudden = load.stack('sudden');
  assert.equal(sudden.reason, 'new: 400 samples in 5 s, since 14:03:00');
  assert.deepEqual(load.labels.active, [sudden]);
  assert.deepEqual(load.labels.causes, [cause]);
  assert.equal(cause && causeText(cause), `app (10): ${sudden.reason}: sudden < main`);
  assert.deepEqual(load.labels.history(sudden), [0, 0, 0, 0, 80]);
});

test('when it is over the label stays, and the reason says until when', () => {
  const load = new Load();
  load.ticks(20, QUIET);
  load.ticks(5, { ...QUIET, work: 170 });
  load.ticks(5, { ...QUIET, work: 200 });
  assert.equal(shortLabel(load.labels, load.stack('work')), '10×');
  assert.deepEqual(load.ticks(5, QUIET), []);
  assert.equal(load.text, 'work 1, rest 0');
  assert.equal(
    load.stack('work').reason,
    '10 times its usual rate, 1,000 samples in 5 s, 14:03:00 to 14:03:10',
  );
  assert.deepEqual([...load.labels.active], []);
  assert.equal(shortLabel(load.labels, load.stack('work')), 'was 10×');
  assert.deepEqual(unusualLines(load.labels, 5), [
    `  - app (10): ${load.stack('work').reason}: work < main`,
  ]);
});

test('a cause is told once, while it lasts', () => {
  const load = new Load();
  load.ticks(20, QUIET);
  const causes = [0, 1, 2].map(() => load.ticks(5, { ...QUIET, sudden: 80 }).length);
  assert.deepEqual(causes, [1, 0, 0]);
});

test('stacks of one surge are grouped under the frame that they share', () => {
  const load = new Load();
  const handled = (count: number) => ({ 'parse<handle': count, 'send<handle': count / 2 });
  load.ticks(20, { ...QUIET, ...handled(4) });
  const [cause, ...others] = load.ticks(5, { ...QUIET, ...handled(40) });
  assert.deepEqual(others, []);
  assert.equal(
    cause && causeText(cause),
    'app (10): 10 times its usual rate, 300 samples in 5 s, in 2 stacks below handle, ' +
      'since 14:03:00: parse < handle < main',
  );
  assert.equal(
    load.stack('send<handle').reason,
    '10 times its usual rate, 100 samples in 5 s, one of 2 stacks below handle, since 14:03:00',
  );
  assert.deepEqual(unusualLines(load.labels, 5), [
    `  ! app (10): ${load.stack('parse<handle').reason}: parse < handle < main`,
  ]);
});

test('a label that stands for others says for how many', () => {
  const load = new Load(header({ maxStacks: 50_000, cpus: 64 }));
  load.ticks(20, QUIET);
  const names = Array.from({ length: 50 }, (_, i) => `f${i}<deployed`);
  const [cause] = load.ticks(5, {
    ...QUIET,
    ...Object.fromEntries(names.map((name, i) => [name, 20 + (i % 2)])),
  });
  assert.equal(load.labels.active.length, 1);
  const [stack] = load.labels.active;
  assert.equal(
    stack?.reason,
    'new: 5,125 samples in 5 s, in 50 stacks below deployed, since 14:03:00',
  );
  assert.equal(cause?.text, stack.reason);
});

test('what maxStacks folded away is not judged', () => {
  const load = new Load();
  load.ticks(20, { '[other]': 10, ...QUIET });
  load.ticks(10, { '[other]': 150, ...QUIET });
  assert.equal(load.text, '[other] null, work 0, rest 0');
});

test('a window is cut at the report, and early where recording paused', () => {
  const windows = new ReportWindows(header());
  const seen: string[] = [];
  const load = new Load();
  load.labels.add = (tick) => {
    for (const { startSeconds, seconds } of windows.add(tick))
      seen.push(`${startSeconds}+${seconds}`);
    return [];
  };
  load.ticks(7, QUIET);
  load.tick(QUIET, 1, 60);
  load.ticks(3, QUIET);
  assert.deepEqual(seen, ['0+5', '5+2', '67+3']);
});

test('a tick that is late by a minute makes a longer window, and no label', () => {
  const load = new Load();
  load.ticks(25, QUIET);
  load.tick({ work: 20 * 61, rest: 10 * 61 }, 61);
  load.ticks(10, QUIET);
  assert.equal(load.text, 'work 0, rest 0');
});

test('after the laptop slept the clock has gone on and the samples have not: no rate is learnt', () => {
  const load = new Load();
  load.ticks(25, QUIET);
  load.tick(QUIET, 28_800);
  load.ticks(9, QUIET);
  assert.equal(load.text, 'work 0, rest 0');
  load.ticks(10, { ...QUIET, work: 160 });
  assert.match(
    load.stack('work').reason ?? '',
    /^8\.0 times its usual rate, 800 samples in 5 s, since 22:/,
  );
});

test('what was stopped for a minute brings its samples at once, and then none: no surge, no end', () => {
  const load = new Load();
  load.ticks(25, QUIET);
  // The kernel went on to count and to tick; both of its maps are full.
  load.tick({ work: 20 * 30, rest: 10 * 30 });
  load.tick({ work: 20 * 30, rest: 10 * 30 });
  load.ticks(58, {});
  load.ticks(20, QUIET);
  assert.equal(load.text, 'work 0, rest 0');
  assert.deepEqual(load.ticks(5, { ...QUIET, sudden: 80 }).length, 1);
});

test('a machine with more CPUs than we were told has no labels for some seconds only', () => {
  const load = new Load(header({ cpus: 1 }));
  const busy = { work: 300, rest: 200 };
  load.ticks(40, busy);
  assert.equal(load.text, 'work 0, rest 0');
  load.ticks(5, { ...busy, sudden: 80 });
  assert.equal(load.stack('sudden').label, 1);
});

test('while the load is low nothing is unusual; the same surge after it is not told again', () => {
  const limit = { metric: 'run-queue', threshold: 4 } as const;
  const load = new Load(header({ limit }));
  load.ticks(20, { work: 100, rest: 100 });
  const surge = { work: 20, rest: 20, sudden: 160 };
  assert.equal(load.ticks(5, surge).length, 1);
  load.ticks(15, {});
  assert.deepEqual([...load.labels.active], []);
  assert.match(load.stack('sudden').reason ?? '', /, 14:03:00 to 14:03:05$/);
  assert.deepEqual(load.ticks(5, surge), []);
  assert.equal(load.labels.active.length, 1);
  assert.match(load.stack('sudden').reason ?? '', /since 14:03:00$/);
});

test('at the end, or in a pause, what is unusual was so; when it goes on it is not told again', () => {
  const load = new Load();
  load.ticks(20, QUIET);
  const surge = { ...QUIET, sudden: 80 };
  load.ticks(5, surge);
  load.labels.close();
  const sudden = load.stack('sudden');
  assert.deepEqual([sudden.label, [...load.labels.active], load.labels.causes], [1, [], []]);
  assert.equal(sudden.reason, 'new: 400 samples in 5 s, 14:03:00 to 14:03:05');
  assert.equal(shortLabel(load.labels, sudden), 'was new');
  assert.deepEqual(load.ticks(5, surge), []);
  assert.equal(sudden.reason, 'new: 400 samples in 5 s, since 14:03:00');
  assert.deepEqual(load.labels.active, [sudden]);
});

test('a drop that begins with a surge is told, too', () => {
  const load = new Load();
  load.ticks(20, { ...QUIET, up: 10, down: 100 });
  const causes = load.ticks(15, { ...QUIET, up: 40, down: 0 });
  assert.deepEqual(
    causes.map(({ change, stacks }) => `${stacks[0]?.frames[0]?.name} ${change.kind}`),
    ['up surge', 'down gone'],
  );
});

test('of chosen processes under the gate, samples do not tell for how long it was open', () => {
  const limit = { metric: 'run-queue', threshold: 4 } as const;
  const { options } = header();
  for (const chosen of [{ pids: [10] }, { own: true }]) {
    const load = new Load(header({ limit, options: { ...options, ...chosen } }));
    load.ticks(25, { work: 10, rest: 5 });
    load.ticks(5, { work: 80, rest: 40 });
    assert.deepEqual([load.stack('work').label, load.stack('rest').label], [1, 1]);
  }
});

test('under the gate of the run queue, time is what the samples tell', () => {
  const limit = { metric: 'run-queue', threshold: 4 } as const;
  const load = new Load(header({ limit }));
  // 2 CPUs at 100 Hz: these are open for a tenth of the time, then always.
  load.ticks(25, { work: 10, rest: 10 });
  load.ticks(10, { work: 100, rest: 100 });
  assert.equal(load.text, 'work 0, rest 0');
  load.ticks(5, { work: 20, rest: 20, sudden: 160 });
  assert.equal(load.stack('sudden').label, 1);
});

test('the history is small, and says its range', () => {
  assert.equal(
    historyText([0, 0, 98.4, 49]),
    '▁▁█▄ 0.0 to 98 samples per second in the last 4 reports',
  );
  assert.equal(historyText([0, 0]), '▁▁ 0.0 to 0.0 samples per second in the last 2 reports');
  assert.deepEqual(new Labels(header()).history(new Load().stack('work')), []);
});

/** The stack of `from` turns out to be that of `to`. */
function merge(load: Load, from: string, to: string): void {
  const [late] = load.stack(from).frames;
  const [named] = load.stack(to).frames;
  assert.ok(late && named);
  load.labels.merge(load.profile.replaceFrames(load.process, new Map([[late, named]])));
}

test('a stack that turned out to be a known one is neither new nor gone', () => {
  const load = new Load();
  load.ticks(15, { ...QUIET, late: 40 });
  load.ticks(3, { ...QUIET, late: 40 });
  merge(load, 'late', 'work');
  const causes = load.ticks(22, { rest: 10, work: 60 });
  assert.deepEqual(causes, []);
  assert.equal(load.text, 'work 0, rest 0');
});

test('the label of a stack that turned out to be another one goes there', () => {
  const load = new Load();
  load.ticks(20, QUIET);
  load.ticks(6, { ...QUIET, sudden: 80 });
  merge(load, 'sudden', 'rest');
  const rest = load.stack('rest');
  assert.equal(load.text, 'work 0, rest 1');
  assert.match(rest.reason ?? '', /^new: 400 samples/);
  assert.deepEqual(load.labels.active, [rest]);
  assert.deepEqual(
    load.labels.causes.map(({ stacks }) => stacks),
    [[rest]],
  );
  assert.deepEqual([...load.labels.labelledIn(load.process)], [rest]);
  assert.deepEqual(load.labels.history(rest).at(-1), 90);
});
