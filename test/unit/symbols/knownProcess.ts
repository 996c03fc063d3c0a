/** Running copies of `known.c`, which tell where their functions are. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Symboliser, type ResolvedAddress } from '../../../src/symbols/symboliser';
import { atExit } from '../../support/atExit';
import { isAlive } from '../../support/processes';
import { tempDir } from '../../support/tempDir';
import { waitFor } from '../../support/waitFor';
import type { Known } from '../../support/knownPrograms';

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
  // It must not keep a failed test waiting for its end.
  child.stdout.destroy();
  child.unref();
  return new KnownProcess(child, said);
}

/** A copy of the program that a test may delete or replace. */
export function copyOf({ program, library }: Known): string {
  const folder = tempDir('copy');
  copyFileSync(library, join(folder, 'libknown.so'));
  const copy = join(folder, 'known');
  copyFileSync(program, copy);
  chmodSync(copy, 0o755);
  return copy;
}

export function resolveSaid(symboliser: Symboliser, known: KnownProcess): ResolvedAddress[] {
  const asked = known.said.map(({ address, isReturn }) => ({ address, leaf: !isReturn }));
  return symboliser.resolve('known', asked);
}

export function assertNamed(symboliser: Symboliser, known: KnownProcess): void {
  const symbols = resolveSaid(symboliser, known).map(({ symbol }) => symbol);
  assert.deepEqual(
    symbols,
    known.said.map(({ name }) => name),
  );
  assert.ok(symbols.includes('known_static') && symbols.includes('library_exported'));
}

export function symboliserOf(known: KnownProcess, maps = known.maps()): Symboliser {
  const symboliser = new Symboliser();
  symboliser.setMappings('known', known.pid, maps);
  return symboliser;
}

export async function end(known: KnownProcess): Promise<void> {
  known.stop();
  await waitFor('the program to end', () => !isAlive(known.pid));
}
