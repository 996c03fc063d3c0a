/** The journal of a recording that crashed: what it holds can be saved, or it is refused. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { JournalError } from '../../../src/journal/journalFormat';
import { readJournal, type RecoveredRecording } from '../../../src/journal/journalReader';
import { readStacks } from '../../../src/formats/readStacks';
import { writeStackCountLog } from '../../../src/formats/stackCountLog';
import type { Target } from '../target';

export const JOURNAL: Target = {
  name: 'journal',
  words: [
    '["P",',
    '["F",',
    '["S",',
    '["L",',
    '["R",',
    '["T",',
    '],[',
    'null',
    '{}',
    '[]',
    '__proto__',
  ],
  seeds: () => {
    const seed = readFileSync('test/fixtures/fuzz/seeds/recording.journal', 'utf8');
    return [Buffer.from(seed), Buffer.from(withLateNames(seed))];
  },
  check(input) {
    const recording = readOrRefuse(input);
    if (!recording) return;
    const counted = [...recording.profile.countedStacks()];
    const total = counted.reduce((sum, { count }) => sum + count, 0);
    assert.equal(total, recording.totals.recorded, 'its counts are those of its totals');
    if (total === 0) return;
    let saved = 0;
    for (const { count } of readStacks(Buffer.from([...writeStackCountLog(counted)].join('')))) {
      saved += count;
    }
    assert.equal(saved, total);
  },
};

function readOrRefuse(input: Buffer): RecoveredRecording | undefined {
  try {
    return readJournal(input);
  } catch (error) {
    if (error instanceof JournalError) return undefined;
    throw error;
  }
}

/** The first two stacks turn out to be one, in the second version of the format. */
function withLateNames(journal: string): string {
  const lines = journal.replace('journal 1', 'journal 2').trimEnd().split('\n');
  const [first = '', second = ''] = lines.filter((line) => line.startsWith('["S",'));
  const [, id] = JSON.parse(first) as unknown[];
  const [, , , places] = JSON.parse(second) as unknown[];
  return `${[...lines.slice(0, -1), JSON.stringify(['R', id, places]), ...lines.slice(-1)].join('\n')}\n`;
}
