/** Where a capture may go, which is known before anything starts: nobody wants to learn it at the end. */
import { dirname, resolve } from 'node:path';
import { describeFileError, whyNotWritable } from '../results/outputFiles';
import { NotAFileError, requireFileOrNothing } from '../files/regularFile';
import { UsageError } from './usageError';

/** @throws UsageError */
export function requireCapture(path: string | undefined): void {
  if (path === undefined) return;
  const reason = whyNoCapture(path) ?? whyNotWritable(dirname(resolve(path)));
  if (reason !== undefined) throw new UsageError(`--capture: ${reason}`);
}

function whyNoCapture(path: string): string | undefined {
  try {
    requireFileOrNothing(path);
    return undefined;
  } catch (error) {
    const advice = error instanceof NotAFileError ? '; name another file, or a new one' : '';
    return `${describeFileError(error, path)}${advice}`;
  }
}
