/** What a journal brings back is what was recorded, up to its last whole tick. */
import assert from 'node:assert/strict';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CaptureHeader } from '../../../src/ticks/captureHeader';
import { DEFAULT_CAPTURE } from '../../../src/ticks/options';
import { Session } from '../../../src/ticks/session';
import { lockFolder, startTime } from '../../../src/results/folderLock';
import { Journal, type JournalOptions } from '../../../src/journal/journal';
import { readJournal } from '../../../src/journal/journalReader';
import { findUnsaved, saveUnsaved } from '../../../src/journal/unsaved';
import { writeStackCountLog } from '../../../src/formats/stackCountLog';
import { Profile, survivorOf, type StackRecord } from '../../../src/core/profile';
import { plantAll } from '../../support/planted';
import { tempDir } from '../../support/tempDir';

const HEADER: CaptureHeader = {
  startedAt: Date.UTC(2026, 5, 1, 14, 3),
  options: { ...DEFAULT_CAPTURE, stacks: 'kernel' },
  maxStacks: 1000,
  reportInterval: 5,
  cpus: 2,
  version: '0.1.0',
};

/** No process has this pid. */
const GONE = 4_194_304;

function logOf(profile: Profile): string {
  return [...writeStackCountLog(profile.countedStacks())].join('');
}

/** A recording of `ticks` ticks with a journal, and what it held after each of them. */
function record(
  ticks: number,
  more: Partial<JournalOptions> & { pid?: number; into?: string } = {},
) {
  const { pid = GONE, into, folder = tempDir('journal'), ...options } = more;
  const states: string[] = [];
  const complaints: string[] = [];
  let journal: Journal | undefined = undefined as Journal | undefined;
  const session: Session = new Session(
    { stacks: 'kernel', keys: 1000, maxStacks: 1000 },
    {
      onTick: (tick) => {
        // A label is older than the tick that it is written with.
        for (const [stack] of tick.added) if (stack.count > 3) stack.label = 1;
        journal?.add(tick);
        states.push(logOf(session.profile));
      },
    },
  );
  journal = new Journal({
    folder,
    header: {
      pid,
      started: startTime(pid) ?? '1',
      header: HEADER,
      ...(into === undefined ? {} : { folder: into }),
    },
    profile: session.profile,
    complain: (text) => complaints.push(text),
    ...options,
  });
  const lines = [
    'READY 1000000000',
    'PROCESS 10 5 näme\\x00',
    'END 10',
    'PROCESS 11 6 other\\x00',
    'END 11',
  ];
  for (let tick = 1; tick <= ticks; tick++) lines.push(...tickLines(tick));
  for (const line of lines) session.feed({ kind: 'output', line });
  return { folder, journal, session, states, complaints };
}

function tickLines(tick: number): string[] {
  const entry = (
    tgid: number,
    tid: number,
    life: number,
    symbol: string,
    count: number,
  ): string[] => [
    `@a[${tgid}, ${tid}, ${life}, `,
    `\tffffffff8100000${tick % 3} ${symbol}+1`,
    '\tffffffff82000001 do_syscall_64+113',
    `]: ${count}`,
  ];
  return [
    `TICK a ${1 + tick}000000000`,
    `@fired_a: ${6 * tick}`,
    `@outside_a: 0`,
    ...entry(10, 10, 5, 'read', 3),
    ...entry(10, 12, 5, `only_${tick}`, 1),
    ...entry(11, 11, 6, 'read', 2),
    'TOCK a',
  ];
}

test('all of a recording: counts, threads, names, addresses, labels, totals', () => {
  const { journal, session } = record(5);
  const read = readJournal(readFileSync(journal.path));
  assert.equal(logOf(read.profile), logOf(session.profile));
  assert.deepEqual(read.totals, session.totals);
  assert.equal(read.seconds, 5);
  assert.match(logOf(read.profile), /"label":1/);
});

test('cut anywhere, it holds the last whole tick', () => {
  const { journal, states } = record(4);
  const bytes = readFileSync(journal.path);
  const empty = logOf(readJournal(bytes.subarray(0, bytes.indexOf(10) + 1)).profile);
  const seen = new Set<string>();
  for (let length = bytes.indexOf(10) + 1; length <= bytes.length; length += 7) {
    const log = logOf(readJournal(bytes.subarray(0, length)).profile);
    const counts = (text: string) => text.replace(/"label":\w+/g, '').replace(/0x[0-9a-f]+/g, '');
    assert.ok([empty, ...states].map(counts).includes(counts(log)), `cut to ${length} bytes`);
    seen.add(log);
  }
  assert.ok(seen.size >= 4);
});

test('its size has a bound, however many ticks there are, and nothing is lost by that', () => {
  const { journal, session, folder } = record(300, { growthBytes: 4_000 });
  const whole = record(300).journal;
  assert.ok(statSync(journal.path).size < statSync(whole.path).size);
  assert.deepEqual(readdirSync(folder).length, 1);
  const read = logOf(readJournal(readFileSync(journal.path)).profile);
  assert.deepEqual(JSON.parse(read), JSON.parse(logOf(session.profile)));
});

test('one that grows too large ends, says so once, and keeps what it has', () => {
  const { journal, complaints, states } = record(300, { growthBytes: 4_000, maxBytes: 9_000 });
  assert.equal(complaints.length, 1);
  assert.match(complaints[0] ?? '', /ends here: it grew too large\./);
  const { totals } = readJournal(readFileSync(journal.path));
  assert.ok(totals.recorded > 0 && totals.recorded < 6 * states.length);
});

test('where it cannot be written the recording goes on', () => {
  const { complaints, states } = record(3, { folder: '/dev/null/none' });
  assert.equal(complaints.length, 1);
  assert.equal(states.length, 3);
});

test('a recording that was saved leaves none', () => {
  const { journal, folder } = record(2);
  journal.remove();
  assert.deepEqual(readdirSync(folder), []);
});

/** What a journal says that it keeps at the end of a recording, and what is read from it. */
function kept({ journal, session }: ReturnType<typeof record>, ticks: number) {
  const promised = journal.keep(ticks, session.totals);
  const { totals, profile, seconds } = readJournal(readFileSync(journal.path));
  const all = countsOf(profile) === countsOf(session.profile) && totals.fired === 6 * ticks;
  return { promised, all, seconds };
}

/** A whole journal has the stacks in another order. */
function countsOf(profile: Profile): string {
  return logOf(profile)
    .split(/(?=\{"trace")/)
    .sort()
    .join('\n');
}

test('one that ended early is written anew as one, when it is needed at the end', () => {
  const recording = record(300, { maxBytes: 70_000 });
  assert.equal(recording.complaints.length, 1);
  assert.deepEqual(kept(recording, 300), { promised: true, all: true, seconds: 300 });
  assert.equal(readdirSync(recording.folder).length, 1);
});

test('one that could not be created is created at the end', () => {
  const place = join(tempDir('journal'), 'taken');
  writeFileSync(place, '');
  const recording = record(3, { folder: place });
  assert.equal(recording.complaints.length, 1);
  rmSync(place);
  assert.deepEqual(kept(recording, 3), { promised: true, all: true, seconds: 3 });
});

test('one that is whole is kept as it is', () => {
  const { journal, session } = record(3);
  const before = readFileSync(journal.path);
  assert.equal(journal.keep(3, session.totals), true);
  assert.deepEqual(readFileSync(journal.path), before);
});

test('where it cannot be written anew nothing is promised, and the part of it stays', () => {
  const recording = record(300, { growthBytes: 4_000, maxBytes: 9_000 });
  const { promised, all } = kept(recording, 300);
  assert.deepEqual([promised, all], [false, false]);
  assert.equal(readdirSync(recording.folder).length, 1);
  assert.equal(recording.complaints.length, 1);
});

test('found when its writer is gone, saved into its folder, and removed', () => {
  const into = tempDir('results');
  const { folder, session } = record(3, { into });
  const [found, ...more] = findUnsaved(folder).recordings;
  assert.deepEqual(more, []);
  assert.equal(found?.samples, 18);
  assert.equal(found?.startedAt, HEADER.startedAt);
  assert.equal(found?.folder, into);
  const saved = saveUnsaved(found.journal, into);
  assert.deepEqual(
    saved.files.map((path) => path.slice(into.length)),
    ['/stack_count.log', '/stack.svg'],
  );
  assert.equal(readFileSync(join(into, 'stack_count.log'), 'utf8'), logOf(session.profile));
  assert.deepEqual([readdirSync(folder), readdirSync(into).length], [[], 2]);
});

const NONE = { recordings: [], dropped: 0 };

test('not found while its writer runs', () => {
  const { folder } = record(3, { pid: process.ppid });
  assert.deepEqual(findUnsaved(folder), NONE);
});

test('one of our own is found as soon as it is not written any more', () => {
  const { folder, journal } = record(3, { pid: process.pid });
  assert.deepEqual(findUnsaved(folder, journal.path), NONE);
  assert.equal(findUnsaved(folder).recordings[0]?.samples, 18);
});

test('what a kill left half written is removed; a journal of another version stays', () => {
  const { folder } = record(0);
  writeFileSync(join(folder, '5-4194303.journal.new'), 'stack-count journal 1 {}');
  writeFileSync(join(folder, '5-5.journal'), 'stack-count journal 3 {}\n');
  assert.deepEqual(findUnsaved(folder), NONE);
  assert.deepEqual(readdirSync(folder), ['5-5.journal']);
});

test('what is no file is no journal: it is not waited for, and left alone', () => {
  const { folder, journal } = record(3);
  const planted = plantAll(tempDir('planted'), '9-9.journal');
  for (const [at, { path }] of planted.entries()) {
    renameSync(path, join(folder, `9${at}-4194303.journal`));
  }
  const { recordings, dropped } = findUnsaved(folder);
  assert.deepEqual([recordings.map((each) => each.journal), dropped], [[journal.path], 0]);
  assert.equal(readdirSync(folder).length, planted.length + 1);
  const saved = saveUnsaved(join(folder, '90-4194303.journal'), tempDir('results'));
  assert.deepEqual(saved, {
    files: [],
    problem: 'its journal cannot be used: it is a FIFO, and not a regular file',
  });
});

test('what is larger than any journal is not read, and is removed', () => {
  const { folder } = record(0);
  const large = join(folder, '5-5.journal');
  writeFileSync(large, 'stack-count journal 1 {');
  truncateSync(large, 5 * 2 ** 30);
  assert.deepEqual(findUnsaved(folder), NONE);
  assert.deepEqual(readdirSync(folder), []);
});

test('a journal and what is saved from it are for their owner alone', () => {
  const into = tempDir('results');
  const { journal } = record(3);
  assert.equal(statSync(journal.path).mode & 0o777, 0o600);
  const { files } = saveUnsaved(journal.path, into);
  for (const file of files) assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(files.length, 2);
});

test('a folder for a second set of results is not made through a link', () => {
  const [into, elsewhere] = [tempDir('results'), tempDir('elsewhere')];
  const { journal } = record(3, { into });
  writeFileSync(join(into, 'stack_count.log'), 'later');
  symlinkSync(elsewhere, join(into, 'stack_count-2026-06-01T14.03.00'));
  utimesSync(journal.path, 1, 1);
  assert.ok('problem' in saveUnsaved(journal.path, into));
  assert.deepEqual(readdirSync(elsewhere), []);
  assert.ok(existsSync(journal.path));
});

test('its own results are replaced, when it went on after its last report', () => {
  const into = tempDir('results');
  const { journal, session } = record(3, { into });
  writeFileSync(join(into, 'stack_count.log'), 'of its last report');
  journal.touch();
  saveUnsaved(journal.path, into);
  assert.equal(readFileSync(join(into, 'stack_count.log'), 'utf8'), logOf(session.profile));
});

test('without a sample, or damaged from its first line on, it is removed', () => {
  const { folder } = record(0);
  writeFileSync(join(folder, '5-5.journal'), 'stack-count journal 1 {');
  assert.deepEqual(findUnsaved(folder), NONE);
  assert.deepEqual(readdirSync(folder), []);
});

test('results of a later recording are not replaced', () => {
  const into = tempDir('results');
  const { journal } = record(3, { into });
  const log = join(into, 'stack_count.log');
  writeFileSync(log, 'later');
  utimesSync(journal.path, 1, 1);
  const saved = saveUnsaved(journal.path, into);
  assert.equal(readFileSync(log, 'utf8'), 'later');
  assert.ok(saved.files[0]?.startsWith(join(into, 'stack_count-2026-06-01T14.03.00')));
});

test('where it cannot be saved it stays, and the reason is said', () => {
  const { journal } = record(3);
  const saved = saveUnsaved(journal.path, '/nonexistent');
  assert.ok('problem' in saved && /does not exist/.test(saved.problem));
  assert.ok(existsSync(journal.path));
});

test('one that another window has saved or discarded is not called a missing folder', () => {
  const into = tempDir('results');
  const { journal } = record(3, { into });
  assert.equal(saveUnsaved(journal.path, into).files.length, 2);
  const again = saveUnsaved(journal.path, into);
  assert.deepEqual(again, { files: [], problem: 'it was saved or discarded in another window' });
});

test('into a folder where a recording runs it is not saved; what to do is said', () => {
  const into = tempDir('results');
  const { journal } = record(3, { into });
  const { unlock } = lockFolder(into, 'another');
  const saved = saveUnsaved(journal.path, into);
  unlock();
  assert.ok('problem' in saved);
  assert.match(saved.problem, /^another \(.+\) is recording in .+ already\. Stop it first$/);
});

test('names that came late are in it, and stacks that are one then are one', () => {
  const folder = tempDir('journal');
  const profile = new Profile(100);
  const process = profile.addProcess(10, 'x');
  const frame = (symbol: string) => ({
    symbol,
    name: symbol,
    module: '/x',
    kind: 'native' as const,
  });
  const single = () =>
    profile.frames.single({ ...frame('[unknown]'), module: '', kind: 'unknown' });
  const [first, second, third] = [single(), single(), single()] as const;
  const [leaf, other] = [profile.frames.intern(frame('leaf')), profile.frames.intern(frame('o'))];
  const header = { pid: GONE, started: '1', header: HEADER };
  const journal = new Journal({ folder, header, profile, complain: assert.fail });
  let recorded = 0;
  const tick = (...stacks: (readonly [StackRecord, number])[]) => {
    const samples = stacks.map(([record, count]) => ({ record, tid: 10, count }));
    for (const { record, tid, count } of samples) profile.add(record, tid, count);
    recorded += samples.reduce((sum, { count }) => sum + count, 0);
    const reasons = { collision: 0, stackless: 0, mapFull: 0, unread: 0, renewal: 0 };
    const totals = { fired: recorded, recorded, outside: 0, lost: 0, reasons };
    const moment = { index: 0, run: 1, at: recorded, seconds: 1, final: false, load: undefined };
    journal.add({ ...moment, fired: recorded, stackless: 0, added: new Map(), samples, totals });
  };
  const stacks = [first, second, third].map((one) => profile.stack(process, [one]));
  const [a, b, c] = stacks as [StackRecord, StackRecord, StackRecord];
  tick([a, 1], [b, 2], [c, 4]);
  const names = new Map([
    [first, leaf],
    [second, other],
    [third, leaf],
  ]);
  profile.replaceFrames(process, names);
  tick([survivorOf(a), 8]);
  const read = readJournal(readFileSync(journal.path)).profile;
  const counts = [...read.countedStacks()].map((one) => [one.frames[0]?.symbol, one.count]);
  assert.deepEqual(counts, [
    ['leaf', 13],
    ['o', 2],
  ]);
});
