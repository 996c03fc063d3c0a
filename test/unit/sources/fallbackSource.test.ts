import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceEvent } from '../../../src/ticks/events';
import { FallbackSource } from '../../../src/sources/fallbackSource';
import type { Source } from '../../../src/sources/source';
import type { Launch, Way } from '../../../src/privilege/elevation';

const launch = (way: Way): Launch => ({
  way,
  reason: `${way} may do`,
  file: '',
  arguments: [],
  environment: {},
});

/** Says what the script holds as soon as it is started. */
class Scripted implements Source {
  readonly said: string[] = [];
  constructor(
    readonly way: Way,
    private readonly script: readonly SourceEvent[],
  ) {}
  start(deliver: (event: SourceEvent) => void): void {
    this.script.forEach(deliver);
  }
  announce(): void {}
  answer(): void {}
  command(word: string): void {
    this.said.push(word);
  }
  stop(): void {
    this.said.push('stop');
  }
}

const message = (line: string): SourceEvent => ({ kind: 'message', line });
const end = (status: number | null): SourceEvent => ({ kind: 'end', status });
const NO_AGENT = [message('Error executing command: No authentication agent found.'), end(127)];
const DENIED = [message('Error executing command as another user: Not authorized'), end(127)];
const NO_PASSWORD = [message('sudo: a password is required'), end(1)];
const WORKS = [message('S HELLO 1 0.23.2 x86_64'), message('S BYE'), end(0)];

function climb(scripts: Partial<Record<Way, readonly SourceEvent[]>>) {
  const sources: Scripted[] = [];
  const notes: string[] = [];
  const events: SourceEvent[] = [];
  const launches = (Object.keys(scripts) as Way[]).map(launch);
  const open = ({ way }: Launch): Source => {
    const source = new Scripted(way, scripts[way] ?? []);
    sources.push(source);
    return source;
  };
  const ladder = new FallbackSource(launches, open, (text) => notes.push(text));
  ladder.start((event) => events.push(event));
  ladder.command('run');
  return { ladder, sources, notes, events };
}

test('the first way that works is the only one, and its reason is told', () => {
  const { ladder, sources, notes, events } = climb({ pkexec: WORKS, sudo: WORKS });
  assert.deepEqual([sources.length, ladder.way], [1, 'pkexec']);
  assert.deepEqual(events, WORKS);
  assert.deepEqual(notes, ['Getting root by way of "pkexec": pkexec may do.']);
});

test('where nobody could be asked the next way is tried, and what the first said is dropped', () => {
  const { ladder, sources, notes, events } = climb({ pkexec: NO_AGENT, sudo: WORKS });
  assert.equal(ladder.way, 'sudo');
  assert.deepEqual(events, WORKS);
  assert.match(notes[1] ?? '', /no polkit agent is running\. Getting root by way of "sudo"/);
  assert.deepEqual(sources[1]?.said, ['run']);
});

for (const [name, script] of [
  ['denied', DENIED],
  ['dismissed', [end(126)]],
] as const) {
  test(`${name} is final`, () => {
    const { sources, events } = climb({ pkexec: script, sudo: WORKS });
    assert.equal(sources.length, 1);
    assert.deepEqual(events, script);
  });
}

test('a sudo that needs a password was only a chance: the failure before it is told', () => {
  const { ladder, events } = climb({ pkexec: NO_AGENT, sudo: NO_PASSWORD });
  assert.equal(ladder.way, 'pkexec');
  assert.deepEqual(events, NO_AGENT);
});

test('alone, its failure is told', () => {
  const { events } = climb({ sudo: NO_PASSWORD });
  assert.deepEqual(events, NO_PASSWORD);
});

test('a stop while somebody is asked ends it: no other way is tried afterwards', () => {
  const { ladder, sources, events } = climb({ pkexec: [], sudo: WORKS });
  ladder.stop();
  assert.deepEqual(sources[0]?.said, ['run', 'stop']);
  assert.deepEqual([sources.length, events], [1, []]);
});
