/**
 * Names the user-space addresses of all processes, in our own process and with its rights alone.
 * Synchronous on purpose: the answers come from memory and from files of this machine, a tick's
 * addresses take milliseconds, and the engine runs apart from whatever must stay responsive.
 */
import { ByteBudget } from './byteBudget';
import { Demangler } from './demangle';
import { ImageStore } from './imageStore';
import {
  NOWHERE,
  ProcessSymbols,
  type ResolvedAddress,
  type SharedSymbols,
} from './processSymbols';
import { readVdso } from './vdso';

export type { ResolvedAddress } from './processSymbols';

export interface SymboliserOptions {
  /** Where separate debug files are. Default `/usr/lib/debug`. */
  readonly debugDirectory?: string;
  /** Where perf maps are. Default `/tmp`, which is what JITs agree on. */
  readonly perfMapFolder?: string;
}

export interface AskedAddress {
  /** Lower-case hexadecimal without `0x`, as bpftrace prints raw user stacks. */
  readonly address: string;
  /**
   * True for the instruction that was running. All others are return addresses: they point behind
   * a call, and behind the last instruction of a function that calls `abort` is the next function.
   */
  readonly leaf: boolean;
}

const MAX_IMAGE_BYTES = 128 * 2 ** 20;
const MAX_PERF_MAP_BYTES = 96 * 2 ** 20;
const MAX_PROCESSES = 4096;
const MAX_PROBLEMS = 1000;

export class Symboliser {
  readonly #shared: SharedSymbols;
  /** Least recently used first. */
  readonly #processes = new Map<string, ProcessSymbols>();
  readonly #problems = new Map<string, string>();

  constructor(options: SymboliserOptions = {}) {
    const { debugDirectory = '/usr/lib/debug', perfMapFolder = '/tmp' } = options;
    this.#shared = {
      images: new ImageStore({ debugDirectory, maxBytes: MAX_IMAGE_BYTES }),
      vdso: readVdso(),
      demangler: new Demangler(),
      perfMapBudget: new ByteBudget(MAX_PERF_MAP_BYTES),
      perfMapFolder,
      onProblem: (module, reason) => this.#addProblem(module, reason),
    };
  }

  /** First sight of a process, or its mappings anew. `mapsText` is latin1, see `binaryText.ts`. */
  setMappings(processKey: string, pid: number, mapsText: string): void {
    const process = this.#use(processKey) ?? this.#add(processKey, pid);
    process.setMappings(mapsText);
  }

  forget(processKey: string): void {
    this.#processes.get(processKey)?.release();
    this.#processes.delete(processKey);
  }

  /**
   * One answer for each address, in the same order. Ask anew in each tick: code that a JIT made may
   * have another name by then. Everything else comes out of a cache, as the same object.
   */
  resolve(processKey: string, addresses: readonly AskedAddress[]): ResolvedAddress[] {
    const process = this.#use(processKey);
    if (!process) return addresses.map(() => NOWHERE);
    process.startBatch();
    return addresses.map(({ address, leaf }) =>
      process.resolve(parseInt(address, 16) - (leaf ? 0 : 1)),
    );
  }

  /** Whether a mapping that we know holds it. If not, the mappings are to be asked for again. */
  covers(processKey: string, address: string): boolean {
    return this.#processes.get(processKey)?.covers(parseInt(address, 16)) ?? false;
  }

  /** Files without names for their functions, as shown to people, and why. */
  get problems(): ReadonlyMap<string, string> {
    return this.#problems;
  }

  #use(processKey: string): ProcessSymbols | undefined {
    const process = this.#processes.get(processKey);
    if (process) {
      this.#processes.delete(processKey);
      this.#processes.set(processKey, process);
    }
    return process;
  }

  #add(processKey: string, pid: number): ProcessSymbols {
    const [oldest] = this.#processes.keys();
    if (oldest !== undefined && this.#processes.size >= MAX_PROCESSES) this.forget(oldest);
    const process = new ProcessSymbols(pid, this.#shared);
    this.#processes.set(processKey, process);
    return process;
  }

  #addProblem(module: string, reason: string): void {
    if (this.#problems.size < MAX_PROBLEMS) this.#problems.set(module, reason);
  }
}
