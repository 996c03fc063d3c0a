/** The terminal tool in one file, made of the sources as they are: started many times, that saves seconds. */
import { buildSync } from 'esbuild';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';
import { atExit } from './atExit';

// Some dependencies are CommonJS and call require() for modules of Node itself.
const REQUIRE =
  "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url);";

/** @returns its path, in a folder beside `bpf`, where it looks for what it needs */
export function bundleCli(): string {
  const outfile = join(REPOSITORY, 'artifacts', `cli-${process.pid}.mjs`);
  atExit(() => rmSync(outfile, { force: true }));
  buildSync({
    ...{
      entryPoints: [join(REPOSITORY, 'src/main/cli.ts')],
      outfile,
      bundle: true,
      target: 'node20',
    },
    ...{ platform: 'node', format: 'esm', banner: { js: REQUIRE }, logLevel: 'warning' },
  });
  return outfile;
}
