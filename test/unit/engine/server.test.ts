/** What the editor is told at the end of a recording whose files could not be written. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_CAPTURE, DEFAULT_MAX_STACKS } from '../../../src/ticks/options';
import type { FromEngine } from '../../../src/messages/engineMessages';
import { EngineServer } from '../../../src/engine/server';
import { tempDir } from '../../support/tempDir';

const CAPTURE = 'test/fixtures/captures/known-0.23.capture';

/** Replays into the folder until there are samples, and stops. */
function endOfReplay(folder: string, replay = CAPTURE): Promise<FromEngine & { type: 'ended' }> {
  return new Promise((resolve) => {
    const server = new EngineServer((message) => {
      if (message.type === 'tick') server.handle({ type: 'stop' });
      if (message.type === 'ended') resolve(message);
    });
    const request = {
      ...{ capture: DEFAULT_CAPTURE, maxStacks: DEFAULT_MAX_STACKS, reportInterval: 5 },
      ...{ folder, replay },
    };
    server.handle({ type: 'start', request });
  });
}

test('what no journal holds is not promised to be kept', async () => {
  const folder = tempDir('results');
  // No file can be renamed over a folder.
  mkdirSync(join(folder, 'stack_count.log'));
  const { failure } = await endOfReplay(folder);
  assert.match(failure?.problem ?? '', /^The results were not saved: .*stack_count\.log could not/);
  assert.match(failure?.advice ?? '', /^They are in this window until the next recording starts/);
});

test('what ended the recording does not say that it is saved', async () => {
  const folder = tempDir('results');
  mkdirSync(join(folder, 'stack_count.log'));
  const capture = join(folder, 'cut.capture');
  const whole = readFileSync(CAPTURE, 'utf8');
  // Behind its first tick.
  writeFileSync(capture, whole.slice(0, whole.indexOf('TICK', whole.indexOf('TOCK'))));
  const { failure } = await endOfReplay(folder, capture);
  assert.match(failure?.problem ?? '', /^The replay ended early/);
  assert.match(failure?.advice ?? '', /^The results were not saved: .* They are in this window/);
});

test('with all files written there is nothing to say', async () => {
  const folder = tempDir('results');
  const { failure, files } = await endOfReplay(folder);
  assert.equal(failure, undefined);
  assert.deepEqual(
    files,
    ['stack_count.log', 'stack.svg'].map((name) => join(folder, name)),
  );
  assert.deepEqual(readdirSync(folder).sort(), ['stack.svg', 'stack_count.log']);
});
