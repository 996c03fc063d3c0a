/** What comes of tests that failed and were run once more. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { onceMore } from '../../../scripts/lib/onceMore.mjs';

type Result = Parameters<typeof onceMore>[0];
type Failure = Result['failed'][number];

const A: Failure = { name: 'a.test.ts: one', file: 'a.test.ts', reason: 'first' };
const B: Failure = { name: 'a.test.ts: two', file: 'a.test.ts', reason: 'second' };
const C: Failure = { name: 'c.test.ts as a whole', file: 'c.test.ts' };

const result = (passed: number, ...failed: Failure[]): Result => ({ passed, failed, skipped: [] });

/** @returns what came of it, and the files that were run again */
async function run(first: Result, again: Record<string, Failure[]>) {
  const log = mock.method(console, 'log', () => {});
  const files: string[] = [];
  try {
    const end = await onceMore(first, (file) => {
      files.push(file);
      return Promise.resolve(result(1, ...(again[file] ?? [])));
    });
    return { ...end, files };
  } finally {
    log.mock.restore();
  }
}

test('where nothing failed nothing is run again', async () => {
  const { files, passed } = await run(result(7), {});
  assert.deepEqual({ files, passed }, { files: [], passed: 7 });
});

test('what passes the second time counts as passed, and is told with its first failure', async () => {
  const { files, passed, failed, unsteady } = await run(result(5, A, B), {});
  assert.deepEqual(files, ['a.test.ts']);
  assert.deepEqual({ passed, failed, unsteady }, { passed: 7, failed: [], unsteady: [A, B] });
});

test('what fails twice fails, and only that', async () => {
  const again = { 'a.test.ts': [{ ...B, reason: 'again' }] };
  const { passed, failed, unsteady } = await run(result(5, A, B, C), again);
  assert.deepEqual({ passed, failed, unsteady }, { passed: 7, failed: [B], unsteady: [A, C] });
});

test('what passed at first and fails with the others of its file is unsteady, too', async () => {
  const { passed, failed, unsteady } = await run(result(5, A), { 'a.test.ts': [A, B] });
  assert.deepEqual({ passed, failed, unsteady }, { passed: 5, failed: [A], unsteady: [B] });
});

test('a runner that broke has no file to run again: that fails', async () => {
  const broken: Failure = { name: 'the test runner took more than 30 minutes' };
  const { failed, files } = await run(result(5, broken), {});
  assert.deepEqual({ failed, files }, { failed: [broken], files: [] });
});
