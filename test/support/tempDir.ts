/** Temporary folders of the tests, gone when the test file ends. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atExit } from './atExit';

/** @param readable may other users look inside, as the test user has to? */
export function tempDir(name = 'test', readable = false): string {
  const folder = mkdtempSync(join(tmpdir(), `stack-count-${name}-`));
  if (readable) chmodSync(folder, 0o755);
  atExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
