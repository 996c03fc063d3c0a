/**
 * Undoes what a test file did to the machine, however the file ends: also on a signal, which would
 * end Node.js without a word to its exit listeners.
 */
import { constants } from 'node:os';

const undone: (() => void)[] = [];

/** Registers what to do at the end, last registered first; gives back how to do it earlier. */
export function atExit(undo: () => void): () => void {
  if (undone.length === 0) listen();
  undone.push(undo);
  return () => {
    const index = undone.indexOf(undo);
    if (index < 0) return;
    undone.splice(index, 1);
    undo();
  };
}

function listen(): void {
  process.once('exit', undoAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

function undoAll(): void {
  for (let undo = undone.pop(); undo; undo = undone.pop()) {
    try {
      undo();
    } catch (error) {
      console.error('Left behind by the tests:', error);
    }
  }
}
