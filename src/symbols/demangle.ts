/**
 * Names for people: `foo::bar(int)` for `_ZN3foo3barEi`. C++ (Itanium ABI) and Rust (legacy and v0).
 * A symbol that is not mangled, or cannot be demangled within bounds, stays as it is.
 */
import { loadWasmDemangler, type WasmDemangler } from './demangler';

const MAX_SYMBOL_LENGTH = 16384;
/** Real templates reach some tens of thousands of characters. */
const MAX_NAME_LENGTH = 65536;
/** A name beyond that, or beyond memory, takes up to 60 ms instead of 10 us. */
const MAX_EXCESSES_PER_MODULE = 4;
const MAX_REMEMBERED_CHARACTERS = 8 * 2 ** 20;

/** `_Z…` C++ and legacy Rust, `_R…` Rust v0; `__Z…` has the underscore that some compilers add. */
const MANGLED = /^(?:__?Z|_R)/;
/** `@@GLIBCXX_3.4`, `@GLIBC_2.2.5`: the version that linkers append to names in `.symtab`. */
const VERSION = /@@?[^@]*$/;

export class Demangler {
  readonly #names = new Map<string, string>();
  #remembered = 0;
  /** How many names of a module went beyond the bounds: from such a file we soon take no more. */
  readonly #excesses = new Map<string, number>();
  #wasm: WasmDemangler | undefined;
  #loaded = false;

  demangle(symbol: string, module: string): string {
    const plain = symbol.replace(VERSION, '') || symbol;
    if (!MANGLED.test(plain) || plain.length > MAX_SYMBOL_LENGTH) return plain;
    const known = this.#names.get(plain);
    if (known !== undefined) return known;
    if ((this.#excesses.get(module) ?? 0) >= MAX_EXCESSES_PER_MODULE) return plain;
    const name = this.#ask(plain, module);
    this.#remember(plain, name);
    return name;
  }

  #ask(symbol: string, module: string): string {
    const wasm = this.#load();
    if (!wasm) return symbol;
    const name = wasm.demangle(symbol);
    if (name === undefined || name.length > MAX_NAME_LENGTH) {
      this.#excesses.set(module, (this.#excesses.get(module) ?? 0) + 1);
      return symbol;
    }
    // What it cannot read, the demangler returns without the first underscore.
    return symbol.endsWith(name) ? symbol : name;
  }

  #remember(symbol: string, name: string): void {
    if (this.#remembered > MAX_REMEMBERED_CHARACTERS) {
      this.#names.clear();
      this.#remembered = 0;
    }
    this.#names.set(symbol, name);
    this.#remembered += symbol.length + name.length;
  }

  #load(): WasmDemangler | undefined {
    if (!this.#loaded) this.#wasm = loadWasmDemangler();
    this.#loaded = true;
    return this.#wasm;
  }
}
