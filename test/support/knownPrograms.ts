/** Programs that the symbol tests compile and ask binutils about. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from '../../scripts/lib/paths.mjs';

const SOURCES = join(REPOSITORY, 'test', 'fixtures', 'symbols');

export function source(name: string): string {
  return join(SOURCES, name);
}

export function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: 'pipe' });
}

/** Paths of the two. */
export interface Known {
  readonly program: string;
  readonly library: string;
}

/** `known.c` with `library.c` as a shared library beside it. */
export function compileKnown(folder: string, ...flags: string[]): Known {
  const library = join(folder, 'libknown.so');
  const program = join(folder, 'known');
  run('gcc', '-O1', '-shared', '-fPIC', '-o', library, source('library.c'));
  const link = ['-L', folder, '-lknown', '-Wl,-rpath,$ORIGIN'];
  run('gcc', '-O1', '-g', ...flags, '-o', program, source('known.c'), ...link);
  return { program, library };
}

/** Names of each address that holds a function, as `readelf` reads the table. */
export function functionsOf(path: string, table: 'full' | 'dynamic'): Map<number, Set<string>> {
  const flags = table === 'full' ? ['-sW'] : ['--dyn-syms', '-W'];
  const named = new Map<number, Set<string>>();
  const section = table === 'full' ? "'.symtab'" : "'.dynsym'";
  const text = run('readelf', ...flags, path).split(section)[1] ?? '';
  //    570: 00000000000f63c0   165 FUNC    WEAK   DEFAULT   16 pread64@@GLIBC_2.2.5
  const line = /^ *\d+: ([0-9a-f]+) +([1-9]\d*|0x[0-9a-f]+) (?:FUNC|IFUNC) +\w+ +\w+ +\d+ (\S+)/gm;
  for (const [, address = '', , name = ''] of text.matchAll(line)) {
    const at = parseInt(address, 16);
    named.set(at, (named.get(at) ?? new Set()).add(name.replace(/@.*/, '')));
  }
  return named;
}
