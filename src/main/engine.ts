/**
 * The engine of the editor, a process of its own: composition root. It talks to the extension over
 * the channel of child_process.fork, and when that closes it saves its recording and ends.
 */
import { limitJit } from './limitJit';
import { limitHeap } from '../recording/limitHeap';
import { EngineServer } from '../engine/server';
import type { ToEngine } from '../messages/engineMessages';

limitHeap();
limitJit();

const server = new EngineServer((message) => {
  // Without somebody to tell, a channel that breaks while we write would end us with an error.
  if (process.connected) process.send?.(message, () => {});
});

process.on('message', (message) => server.handle(message as ToEngine));
process.on('disconnect', () => void server.abandon().finally(() => process.exit(0)));
// The editor's whole process group may be told to end; the recording ends first.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => void server.abandon().finally(() => process.exit(0)));
}
