/**
 * One file that code was loaded from, reduced to what naming its addresses takes. It is kept when
 * there is nothing to name as well, with the reason, so that nobody reads the file again.
 */
import { readElf, type ElfFile, type LoadedCode } from './elf';
import type { ByteSource } from './fileAccess';
import type { Outcome } from './outcome';
import type { SymbolTable } from './symbolTable';

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
  const elf = readElf(source);
  if (!elf.ok) return new Image(undefined, elf);
  return new Image(elf.value, bestSymbols(elf.value, findDebugSymbols));
}

function bestSymbols(
  elf: ElfFile,
  findDebugSymbols: (elf: ElfFile) => SymbolTable | undefined,
): Outcome<SymbolTable> {
  const full = elf.readSymbols('full');
  if (full.ok) return full;
  const debug = findDebugSymbols(elf);
  if (debug) return { ok: true, value: debug };
  const dynamic = elf.readSymbols('dynamic');
  return dynamic.ok ? dynamic : full;
}
