/**
 * Names the user-space addresses of all processes, in our own process and with its rights alone.
 * Mostly the answers come from memory and take microseconds; but what a process has mapped may be
 * files of any size, so a name is found in steps, and whoever asks decides how many he waits for.
 */
import { ByteBudget } from './byteBudget';
import { Demangler } from './demangle';
import { ImageStore } from './imageStore';
import { MappingStore } from './mappingStore';
import {
  NOWHERE,
  ProcessSymbols,
  type ResolvedAddress,
  type SharedSymbols,
} from './processSymbols';
import { readVdso } from './vdso';
import { finish, type Work } from './work';

export type { ResolvedAddress } from './processSymbols';

export interface SymboliserOptions {
  /** Where separate debug files are. Default `/usr/lib/debug`. */
  readonly debugDirectory?: string;
  /** Where perf maps are. Default `/tmp`, which is what JITs agree on. */
  readonly perfMapFolder?: string;
  /** Room for the mappings of all processes, in bytes. */
  readonly maxMappingBytes?: number;
  /** Told once, when the first mappings have to go for want of room. */
  readonly onMappingsDropped?: (maxBytes: number) => void;
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
/** Those of 1,000 large programs; a hostile process can have 2 MB of them. */
const MAX_MAPPING_BYTES = 64 * 2 ** 20;
const MAX_PERF_MAP_BYTES = 96 * 2 ** 20;
const MAX_PROCESSES = 4096;
const MAX_PROBLEMS = 1000;

export class Symboliser {
  readonly #shared: SharedSymbols;
  readonly #maxMappingBytes: number;
  readonly #onMappingsDropped: (maxBytes: number) => void;
  #dropped = false;
  /** Least recently used first. */
  readonly #processes = new Map<string, ProcessSymbols>();
  readonly #problems = new Map<string, string>();

  constructor(options: SymboliserOptions = {}) {
    const { debugDirectory = '/usr/lib/debug', perfMapFolder = '/tmp' } = options;
    this.#maxMappingBytes = options.maxMappingBytes ?? MAX_MAPPING_BYTES;
    this.#onMappingsDropped = options.onMappingsDropped ?? (() => {});
    this.#shared = {
      images: new ImageStore({ debugDirectory, maxBytes: MAX_IMAGE_BYTES }),
      mappings: new MappingStore(),
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
    this.#makeRoom(process);
  }

  #makeRoom(newest: ProcessSymbols): void {
    const { mappings } = this.#shared;
    for (const process of this.#processes.values()) {
      if (mappings.byteLength <= this.#maxMappingBytes) return;
      if (process === newest || !process.hasMappings) continue;
      process.dropMappings();
      if (!this.#dropped) this.#onMappingsDropped(this.#maxMappingBytes);
      this.#dropped = true;
    }
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
    this.startBatch(processKey);
    return addresses.map((address) => finish(this.name(processKey, address)));
  }

  /** The next names are to be those of now: a JIT may have made new code since the last ones. */
  startBatch(processKey: string): void {
    this.#use(processKey)?.startBatch();
  }

  /** One address, in steps. */
  *name(processKey: string, asked: AskedAddress): Work<ResolvedAddress> {
    const process = this.#processes.get(processKey);
    return process ? yield* process.resolve(placeOf(asked)) : NOWHERE;
  }

  /** What can be said of an address at once. */
  give(processKey: string, asked: AskedAddress): ResolvedAddress {
    return this.#processes.get(processKey)?.give(placeOf(asked)) ?? NOWHERE;
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

/** A return address belongs to the call before it. */
function placeOf({ address, leaf }: AskedAddress): number {
  return parseInt(address, 16) - (leaf ? 0 : 1);
}
