/** Recorded sessions of three versions of bpftrace, replayed. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readEvent } from '../../../src/sources/captureFile';
import { LineSplitter } from '../../../src/sources/lineSplitter';
import { ReplaySource } from '../../../src/sources/replaySource';
import type { CompletedTick } from '../../../src/ticks/session';
import { Session } from '../../../src/ticks/session';
import type { Profile } from '../../../src/core/profile';
import { tempDir } from '../../support/tempDir';

const FOLDER = 'test/fixtures/captures';
const captures = readdirSync(FOLDER).filter((name) => name.endsWith('.capture'));

/** `known/25821: leaf < middle < outer < worker_user 280`, busiest first. */
function dump(profile: Profile): string[] {
  return [...profile.countedStacks()]
    .sort((a, b) => b.count - a.count)
    .map(
      ({ process, frames, count }) =>
        `${process?.name}: ${frames.map(({ symbol }) => symbol).join(' < ')} ${count}`,
    );
}

function feed(name: string, chunk: number): { profile: Profile; ticks: CompletedTick[] } {
  const bytes = readFileSync(join(FOLDER, name));
  const splitter = new LineSplitter();
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += chunk)
    lines.push(...splitter.push(bytes.subarray(at, at + chunk)));
  const ticks: CompletedTick[] = [];
  const session = new Session(
    { stacks: 'both', keys: 65_536, maxStacks: 50_000 },
    { onTick: (tick) => ticks.push(tick) },
  );
  lines.slice(1).forEach((line, at) => session.feed(readEvent(line, at + 2)));
  return { profile: session.profile, ticks };
}

test('there are captures of the three versions', () => {
  assert.deepEqual(captures, ['known-0.17.capture', 'known-0.23.capture', 'known-0.27.capture']);
});

for (const name of captures) {
  test(`${name}: both threads of the known program, kernel and user joined`, () => {
    const [first = '', second = ''] = dump(feed(name, 1 << 20).profile);
    const tops = [first, second].sort().join('\n');
    assert.match(tops, /known: leaf < middle < outer < worker_user < main < .* \d+/);
    assert.match(
      tops,
      /do_syscall_64 < entry_SYSCALL_64_after_hwframe < pread\w* < read_outer < worker_kernel/,
    );
  });

  test(`${name}: every sample that fired is accounted for at every tick`, () => {
    const { profile, ticks } = feed(name, 1 << 20);
    assert.ok(ticks.length >= 3);
    for (const { totals } of ticks) {
      assert.equal(totals.recorded + totals.outside + totals.lost, totals.fired);
      assert.equal(totals.lost, 0);
    }
    const sum = [...profile.countedStacks()].reduce((all, { count }) => all + count, 0);
    assert.equal(sum, ticks.at(-1)?.totals.recorded);
  });

  test(`${name}: fed byte by byte it is the same`, () => {
    assert.deepEqual(dump(feed(name, 1).profile), dump(feed(name, 1 << 20).profile));
  });
}

for (const name of captures) {
  test(`${name}: with every name late it has the same stacks, also after one tick more`, () => {
    const lines = readFileSync(join(FOLDER, name), 'latin1').split('\n').slice(1, -1);
    const late = lines.flatMap((line) =>
      line.startsWith('A ')
        ? [line.replace(/"symbols":.*/, '"symbols":{}}'), `N ${line.slice(2)}`]
        : [line],
    );
    const feedAll = (all: readonly string[]): Profile => {
      const session = new Session({ stacks: 'both', keys: 65_536, maxStacks: 50_000 }, {});
      all.forEach((line, at) => session.feed(readEvent(line, at + 2)));
      return session.profile;
    };
    assert.notDeepEqual(late, lines);
    assert.deepEqual(dump(feedAll(late)).sort(), dump(feedAll(lines)).sort());
  });
}

test('a capture that is cut off anywhere ends with a reason, never with an exception', async () => {
  const [name = ''] = captures;
  const whole = readFileSync(join(FOLDER, name));
  const header = whole.indexOf(10) + 1;
  const path = join(tempDir('cut'), 'cut.capture');
  for (let cut = header; cut < whole.length; cut += 997) {
    writeFileSync(path, whole.subarray(0, cut));
    const end = await new Promise<string[]>((resolve) => {
      const said: string[] = [];
      new ReplaySource(path, 'fast').start((event) => {
        if (event.kind === 'message') said.push(event.line);
        if (event.kind === 'end') resolve(said);
      });
    });
    assert.match(end.at(-1) ?? '', /^R /);
  }
});

test('the bundled sample shows known programs and loses nothing', () => {
  const { profile, ticks } = feed('../../../samples/sample.capture', 1 << 20);
  assert.deepEqual([...new Set(profile.processes.map(({ name }) => name))].sort(), [
    'burst',
    'known',
    'node',
    'threads',
  ]);
  const { recorded, lost } = ticks.at(-1)?.totals ?? { recorded: 0, lost: 1 };
  assert.ok(recorded > 1_000 && lost === 0, `${recorded} recorded, ${lost} lost`);
});
