/** Programs that the symbol tests compile, run, and ask binutils about. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { REPOSITORY } from '../../../scripts/lib/paths.mjs';
import { atExit } from '../../support/atExit.ts';

const SOURCES = join(REPOSITORY, 'test', 'fixtures', 'symbols');

export function source(name: string): string {
  return join(SOURCES, name);
}

export function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: 'utf8', maxBuffer: 2 ** 28, stdio: 'pipe' });
}

/** `known.c` with `library.c` as a shared library beside it. */
export function compileKnown(
  folder: string,
  ...flags: string[]
): { program: string; library: string } {
  const library = join(folder, 'libknown.so');
  const program = join(folder, 'known');
  run('gcc', '-O1', '-shared', '-fPIC', '-o', library, source('library.c'));
  const link = ['-L', folder, '-lknown', '-Wl,-rpath,$ORIGIN'];
  run('gcc', '-O1', '-g', ...flags, '-o', program, source('known.c'), ...link);
  return { program, library };
}

export interface Said {
  /** Lower-case hexadecimal. */
  readonly address: string;
  readonly name: string;
  readonly isReturn: boolean;
}

/** A running `known`, with what it says about itself. */
export class KnownProcess {
  readonly pid: number;
  readonly said: readonly Said[];
  readonly stop: () => void;

  constructor(child: ChildProcess, said: readonly Said[]) {
    this.pid = child.pid ?? 0;
    this.said = said;
    this.stop = atExit(() => child.kill('SIGKILL'));
  }

  maps(): string {
    return readFileSync(`/proc/${this.pid}/maps`, 'latin1');
  }

  addressOf(name: string): string {
    const line = this.said.find((candidate) => candidate.name === name);
    if (!line) throw new Error(`known did not say where ${name} is`);
    return line.address;
  }
}

export async function startKnown(command: string, ...args: string[]): Promise<KnownProcess> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: Said[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const [address = '', name = ''] = line.split(' ');
    const isReturn = name.startsWith('return:');
    said.push({ address, name: name.replace('return:', ''), isReturn });
    if (isReturn) break;
  }
  return new KnownProcess(child, said);
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
