/**
 * Names the addresses of one process. What it has mapped is known from a text that came with its
 * first sample, and naming goes on when the process is gone.
 */
import { UNKNOWN_SYMBOL, type FrameKind } from '../core/frame';
import type { ByteBudget } from './byteBudget';
import type { Demangler } from './demangle';
import type { MappingStore } from './mappingStore';
import { MappingTable } from './mappingTable';
import { moduleOf, type Mapping } from './maps';
import { JIT_MODULE, PerfMap, perfMapPaths } from './perfMap';
import { ProcessImages, type ImageSources } from './processImages';
import { readProcessFacts } from './procfs';
import type { Work } from './work';

export interface ResolvedAddress {
  /** As the symbol table has it, or `[unknown]`. */
  readonly symbol: string;
  /** For people: demangled. */
  readonly name: string;
  /** Path, `[vdso]`, `[jit]`, or '' where nothing is known. */
  readonly module: string;
  /** `native` for all of an ELF file, named or not. */
  readonly kind: FrameKind;
  /** Of an address without a name: how many bytes into the file it is. */
  readonly offset?: number;
}

/** What all processes share. */
export interface SharedSymbols extends ImageSources {
  readonly mappings: MappingStore;
  readonly demangler: Demangler;
  readonly perfMapBudget: ByteBudget;
  /** `/tmp` */
  readonly perfMapFolder: string;
}

/** Of each of thousands of processes: an address is seldom asked twice, for who asks remembers it. */
const MAX_REMEMBERED = 256;

const NO_MAPPINGS = new MappingTable('');

export class ProcessSymbols {
  readonly #pid: number;
  readonly #shared: SharedSymbols;
  readonly #images: ProcessImages;
  readonly #known = new Map<number, ResolvedAddress>();
  #mappings = NO_MAPPINGS;
  #perfMap: PerfMap | undefined;
  #perfMapIsRead = false;

  constructor(pid: number, shared: SharedSymbols) {
    this.#pid = pid;
    this.#shared = shared;
    this.#images = new ProcessImages(pid, shared);
  }

  setMappings(text: string): void {
    this.dropMappings();
    this.#mappings = this.#shared.mappings.take(text);
    this.#known.clear();
    this.#images.refresh();
    // While the process still runs: whose file its perf map must be is not to be had later.
    if (this.#mappings.hasGeneratedCode) this.#perfMap ??= this.#findPerfMap();
  }

  /** To make room: until they are told anew, no address of it has a name. */
  dropMappings(): void {
    this.#shared.mappings.giveBack(this.#mappings);
    this.#mappings = NO_MAPPINGS;
  }

  get hasMappings(): boolean {
    return this.#mappings !== NO_MAPPINGS;
  }

  covers(address: number): boolean {
    return this.#mappings.find(address) !== undefined;
  }

  /** Call before each batch of addresses: a JIT may have made new code since the last one. */
  startBatch(): void {
    this.#perfMapIsRead = false;
  }

  /** `address` is one inside the function: of a return address, the byte before it. */
  *resolve(address: number): Work<ResolvedAddress> {
    const known = this.#known.get(address);
    if (known) return known;
    const resolved = yield* this.#look(address);
    // Only what is in a file stays true: a JIT puts other code into the same memory.
    if (resolved.kind === 'native') this.#remember(address, resolved);
    return resolved;
  }

  release(): void {
    this.dropMappings();
    this.#perfMap?.release();
  }

  #remember(address: number, resolved: ResolvedAddress): void {
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.set(address, resolved);
  }

  /** What can be said without reading a file: its module, where a mapping tells. */
  give(address: number): ResolvedAddress {
    const mapping = this.#mappings.find(address);
    if (!mapping) return NOWHERE;
    const isFile = mapping.inode !== '0';
    const offset = isFile ? address - mapping.start + mapping.offset : undefined;
    return unknownIn(moduleOf(mapping), isFile ? 'native' : 'unknown', offset);
  }

  *#look(address: number): Work<ResolvedAddress> {
    const mapping = this.#mappings.find(address);
    const image = mapping && (yield* this.#images.imageOf(mapping));
    if (!mapping || !image?.isElf) return yield* this.#lookInPerfMap(address, mapping);
    const module = moduleOf(mapping);
    const offset = address - mapping.start + mapping.offset;
    const symbol = image.nameAt(offset);
    if (symbol === undefined) return unknownIn(module, 'native', offset);
    return {
      symbol,
      name: this.#shared.demangler.demangle(symbol, module),
      module,
      kind: 'native',
    };
  }

  *#lookInPerfMap(address: number, mapping: Mapping | undefined): Work<ResolvedAddress> {
    const symbol = (yield* this.#readPerfMap())?.find(address);
    if (symbol !== undefined) return { symbol, name: symbol, module: JIT_MODULE, kind: 'jit' };
    if (!mapping) return NOWHERE;
    const offset = mapping.inode === '0' ? undefined : address - mapping.start + mapping.offset;
    return unknownIn(moduleOf(mapping), 'unknown', offset);
  }

  *#readPerfMap(): Work<PerfMap | undefined> {
    if (!this.#perfMapIsRead) {
      this.#perfMap ??= this.#findPerfMap();
      if (this.#perfMap) yield* this.#perfMap.refreshing();
      // Not before it is: who only looks at what is in memory turns back in the middle.
      this.#perfMapIsRead = true;
    }
    return this.#perfMap;
  }

  #findPerfMap(): PerfMap | undefined {
    const facts = readProcessFacts(this.#pid);
    if (!facts) return undefined;
    const { perfMapFolder, perfMapBudget } = this.#shared;
    const paths = perfMapPaths(this.#pid, facts.ownPid, this.#images.root, perfMapFolder);
    return new PerfMap(paths, facts, perfMapBudget);
  }
}

/** An address of a process that nobody has told us about. */
export const NOWHERE = unknownIn('', 'unknown');

function unknownIn(module: string, kind: FrameKind, offset?: number): ResolvedAddress {
  const unknown = { symbol: UNKNOWN_SYMBOL, name: UNKNOWN_SYMBOL, module, kind };
  return offset === undefined ? unknown : { ...unknown, offset };
}
