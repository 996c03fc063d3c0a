/**
 * One ELF file as the rest of this folder sees it: its symbol tables, what it says about its debug
 * file, and which of its addresses a byte of it is loaded at. Nothing in here throws out of here.
 */
import { readLayout, type ElfLayout, type Segment } from './elfLayout';
import { readBuildId, readDebugLink, type DebugLink } from './elfNotes';
import { readSymbolTable } from './elfSymbols';
import type { ByteSource } from './fileAccess';
import { attempt, refused, type Outcome } from './outcome';
import type { SymbolTable } from './symbolTable';
import { attemptWork, finish, type Work } from './work';

const PT_LOAD = 1;
const SHT_SYMTAB = 2;
const SHT_DYNSYM = 11;

/** `full`: `.symtab`, all functions. `dynamic`: `.dynsym`, those that others link to. */
export type SymbolTableKind = 'full' | 'dynamic';

/** Reads on demand, so the source must still be open. */
export class ElfFile {
  readonly #source: ByteSource;
  readonly #layout: ElfLayout;
  readonly buildId: string | undefined;
  readonly debugLink: DebugLink | undefined;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#layout = readLayout(source);
    this.buildId = readBuildId(source, this.#layout);
    const link = attempt(() => readDebugLink(source, this.#layout));
    this.debugLink = link.ok ? link.value : undefined;
  }

  /** Refused too when the table holds no function: then another one has to be looked for. */
  readSymbols(kind: SymbolTableKind): Outcome<SymbolTable> {
    return finish(this.symbols(kind));
  }

  /** The same in steps. */
  *symbols(kind: SymbolTableKind): Work<Outcome<SymbolTable>> {
    const type = kind === 'full' ? SHT_SYMTAB : SHT_DYNSYM;
    const section = this.#layout.sections.find((candidate) => candidate.type === type);
    if (!section) return refused('no symbol table');
    const table = yield* attemptWork(readSymbolTable(this.#source, this.#layout, section));
    return table.ok && table.value.size === 0 ? refused('no functions in symbol table') : table;
  }

  get loadedCode(): LoadedCode {
    return new LoadedCode(this.#layout.segments);
  }
}

/**
 * From bytes of the file to its addresses. A mapping says which bytes of the file are where; the
 * symbol table speaks of the addresses that the linker planned. The program headers lead from one
 * to the other alike for PIE, fixed and prelinked files.
 */
export class LoadedCode {
  readonly #segments: readonly Segment[];

  constructor(segments: readonly Segment[]) {
    this.#segments = segments.filter(({ type, executable }) => type === PT_LOAD && executable);
  }

  addressOf(offset: number): number | undefined {
    const segment = this.#segments.find(
      (candidate) => offset >= candidate.offset && offset < candidate.offset + candidate.fileSize,
    );
    return segment && offset - segment.offset + segment.address;
  }
}

export function readElf(source: ByteSource): Outcome<ElfFile> {
  return attempt(() => new ElfFile(source));
}
