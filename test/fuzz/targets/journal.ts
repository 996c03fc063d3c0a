/** The journal of a recording that crashed: what it holds can be saved, or it is refused. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { JournalError } from '../../../src/engine/journalFormat';
import { readJournal, type RecoveredRecording } from '../../../src/engine/journalReader';
import { readStacks } from '../../../src/formats/readStacks';
import { writeStackCountLog } from '../../../src/formats/stackCountLog';
import type { Target } from '../target';

export const JOURNAL: Target = {
  name: 'journal',
  words: ['["P",', '["F",', '["S",', '["L",', '["T",', '],[', 'null', '{}', '[]', '__proto__'],
  seeds: () => [readFileSync('test/fixtures/fuzz/seeds/recording.journal')],
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
