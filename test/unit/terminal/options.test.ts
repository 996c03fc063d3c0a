/** Help, parsing and the README describe the same options, whichever of them is changed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readMonitorArguments, readRecordArguments } from '../../../src/terminal/arguments';
import {
  CONVERT_HELP,
  DOCTOR_HELP,
  HELPER_HELP,
  MAIN_HELP,
  MONITOR_HELP,
  RECORD_HELP,
} from '../../../src/terminal/help';
import { optionsOf, type Command } from '../../../src/terminal/options';
import { parseOptions } from '../../../src/terminal/parseOptions';

const HELP: Readonly<Record<Command, string>> = {
  record: RECORD_HELP,
  monitor: MONITOR_HELP,
  convert: CONVERT_HELP,
  doctor: DOCTOR_HELP,
  helper: HELPER_HELP,
};
const COMMANDS = Object.keys(HELP) as Command[];

interface Listed {
  readonly short: string | undefined;
  readonly name: string;
  readonly takesValue: boolean;
  /** Its lines, without the name. */
  readonly text: string;
}

/** The options that a help text lists, read from the text alone. */
function listedIn(help: string): Listed[] {
  const entry = /^ {2}(?:-(\w), | {4})--(\w+)( "1 2 3"| [A-Z]+)? +(\S.*(?:\n {14,}\S.*)*)/gm;
  return [...help.matchAll(entry)].map(([, short, name = '', value, text = '']) => {
    return { short, name, takesValue: value !== undefined, text };
  });
}

function parse(command: Command, words: readonly string[]): Readonly<Record<string, unknown>> {
  return parseOptions(command, words, { allowPositionals: false }).values;
}

for (const command of COMMANDS) {
  const listed = listedIn(HELP[command]);

  test(`${command} --help lists every option that ${command} accepts, once`, () => {
    const accepted = optionsOf(command).map(({ name }) => name);
    assert.deepEqual(listed.map(({ name }) => name).sort(), [...accepted].sort());
  });

  test(`${command} accepts every option of its help, in both spellings`, () => {
    for (const { name, short, takesValue } of listed) {
      for (const word of short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`]) {
        const given = parse(command, takesValue ? [word, '7'] : [word])[name];
        assert.deepEqual([given].flat(), [takesValue ? '7' : true], word);
      }
    }
  });

  test(`${command} names no option in its help or its examples that it refuses`, () => {
    const accepted = new Set(optionsOf(command).map(({ name }) => name));
    const lines = HELP[command].split('\n').filter((line) => line.includes(`-count ${command}`));
    const used = lines.flatMap((line) => longOptions(line));
    assert.deepEqual(
      used.filter((name) => !accepted.has(name)),
      [],
    );
  });
}

/** `--name`, before a command of its own or a pipe. */
function longOptions(line: string): string[] {
  const [own = ''] = line.split(/ -- | \| | # /);
  return [...own.matchAll(/--(\w+)/g)].map(([, name = '']) => name);
}

test('the defaults in the help are those of the parser', () => {
  for (const [command, read] of [
    ['record', readRecordArguments],
    ['monitor', readMonitorArguments],
  ] as const) {
    const text = (name: string) => listedIn(HELP[command]).find((one) => one.name === name)?.text;
    const values = read([]);
    assert.match(text('hz') ?? '', new RegExp(`\\(default ${values.hz}\\)`));
    assert.match(text('interval') ?? '', new RegExp(`\\(default ${values.interval}\\)`));
    assert.match(text('output') ?? '', /\(default: the current one\)/);
    assert.equal(values.folder, '.');
    assert.match(text('kernel') ?? '', /this is the default/);
    assert.equal(values.stacks, 'kernel');
    assert.equal(marked(text('format')), values.format);
  }
});

/** The one choice that the help marks as the default; its sentence may take several lines. */
function marked(text = ''): string | undefined {
  const [upToMark, more] = text.split('(default)');
  if (more === undefined) return undefined;
  return [...(upToMark ?? '').matchAll(/(?:^|\n +)([a-z][a-z-]*) {2,}/g)].at(-1)?.[1];
}

test('the metric and thresholds in the help of the monitor are those it uses', () => {
  const listed = listedIn(MONITOR_HELP);
  const text = (name: string) => listed.find((one) => one.name === name)?.text ?? '';
  assert.equal(marked(text('metric')), readMonitorArguments([]).limit?.metric);
  for (const metric of ['run-queue', 'pressure']) {
    const threshold = readMonitorArguments(['--metric', metric]).limit?.threshold;
    assert.match(text('threshold'), new RegExp(`${metric} ${threshold}\\b`));
  }
});

test('every value that the help lists is accepted', () => {
  const formats = (help: string) =>
    choices(listedIn(help).find(({ name }) => name === 'format')?.text);
  assert.deepEqual(
    formats(RECORD_HELP).map((format) => readRecordArguments(['--format', format]).format),
    ['json', 'table', 'none'],
  );
  assert.deepEqual(
    formats(MONITOR_HELP).map((format) => readMonitorArguments(['--format', format]).format),
    ['blocks', 'none'],
  );
  const metrics = choices(listedIn(MONITOR_HELP).find(({ name }) => name === 'metric')?.text);
  assert.deepEqual(
    metrics.map((metric) => readMonitorArguments(['--metric', metric]).limit?.metric),
    ['run-queue', 'load-average', 'pressure'],
  );
});

function choices(text = ''): string[] {
  return [...text.matchAll(/(?:^|\n +)([a-z][a-z-]*) {2,}/g)].map(([, choice = '']) => choice);
}

test('the README and the main help use only options that exist', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const commandLine =
    /(?:node dist\/cli\.js|stack-count) +(record|monitor|convert|doctor|helper)\b(.*)/g;
  const lines = [...`${readme}\n${MAIN_HELP}`.matchAll(commandLine)];
  assert.ok(lines.length > 10);
  for (const [line, command, words = ''] of lines) {
    const accepted = optionsOf(command as Command);
    // Within a sentence a command line ends with its backtick.
    for (const name of longOptions(` ${words.split('`')[0]} `)) {
      assert.ok(
        accepted.some((option) => option.name === name),
        line,
      );
    }
  }
});
