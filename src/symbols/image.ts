/**
 * One file that code was loaded from, reduced to what naming its addresses takes. It is kept when
 * there is nothing to name as well, with the reason, so that nobody reads the file again.
 */
import { readElf, type ElfFile, type LoadedCode } from './elf';
import type { ByteSource } from './fileAccess';
import type { Outcome } from './outcome';
import type { SymbolTable } from './symbolTable';
import { finish, type Work } from './work';

type FindDebugSymbols = (elf: ElfFile) => Work<SymbolTable | undefined>;

export class Image {
  readonly isElf: boolean;
  /** Why no address of it has a name. */
  readonly reason: string | undefined;
  readonly #code: LoadedCode | undefined;
  readonly #symbols: SymbolTable | undefined;

  constructor(elf: ElfFile | undefined, symbols: Outcome<SymbolTable>) {
    this.isElf = elf !== undefined;
    this.reason = symbols.ok ? undefined : symbols.reason;
    this.#code = elf?.loadedCode;
    this.#symbols = symbols.ok ? symbols.value : undefined;
  }

  /** Name of the function at this byte of the file. */
  nameAt(offset: number): string | undefined {
    const address = this.#code?.addressOf(offset);
    return address === undefined ? undefined : this.#symbols?.nameAt(address);
  }

  get byteLength(): number {
    return this.#symbols?.byteLength ?? 0;
  }
}

/** `findDebugSymbols` is asked when the file itself has no full symbol table. */
export function readImage(
  source: ByteSource,
  findDebugSymbols: (elf: ElfFile) => SymbolTable | undefined,
): Image {
  const find: FindDebugSymbols = function* (elf) {
    return findDebugSymbols(elf);
  };
  return finish(image(source, find));
}

/** The same in steps. */
export function* image(source: ByteSource, findDebugSymbols: FindDebugSymbols): Work<Image> {
  // Here whoever only wants what is in memory already turns back.
  yield 0;
  const elf = readElf(source);
  yield 0;
  if (!elf.ok) return new Image(undefined, elf);
  return new Image(elf.value, yield* bestSymbols(elf.value, findDebugSymbols));
}

function* bestSymbols(
  elf: ElfFile,
  findDebugSymbols: FindDebugSymbols,
): Work<Outcome<SymbolTable>> {
  const full = yield* elf.symbols('full');
  if (full.ok) return full;
  const debug = yield* findDebugSymbols(elf);
  if (debug) return { ok: true, value: debug };
  const dynamic = yield* elf.symbols('dynamic');
  return dynamic.ok ? dynamic : full;
}
