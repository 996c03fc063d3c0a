/** A loop of short compiles: processes by the dozen that live for milliseconds. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';

const SOURCE = join(REPOSITORY, 'test', 'fixtures', 'workloads', 'forkexec.c');

/** Compiles one after the other for so long; gives back how many there were. */
export async function compileLoop(seconds: number): Promise<number> {
  const deadline = Date.now() + seconds * 1000;
  let compiled = 0;
  for (; Date.now() < deadline; compiled++) await compileOnce();
  return compiled;
}

function compileOnce(): Promise<void> {
  return new Promise((resolve, reject) => {
    // gcc runs cc1 and as below itself: three short processes each time.
    const child = spawn('gcc', ['-O1', '-c', SOURCE, '-o', '/dev/null'], { stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`gcc ended with ${code}`)),
    );
  });
}
