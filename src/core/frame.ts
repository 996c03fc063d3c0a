/**
 * A frame is one function in a stack. Two samples that stopped at different instructions of the
 * same function have the same frame: the address is not part of it.
 */

/**
 * Where a frame's code comes from: the kernel, an ELF file, code made at run time by a JIT (named
 * by a perf map), or somewhere no mapping explains.
 */
export type FrameKind = 'kernel' | 'native' | 'jit' | 'unknown';

export const FRAME_KINDS: readonly FrameKind[] = ['kernel', 'native', 'jit', 'unknown'];

export function isFrameKind(value: unknown): value is FrameKind {
  return (FRAME_KINDS as readonly unknown[]).includes(value);
}

/** Symbol of a frame that no symbol table names. */
export const UNKNOWN_SYMBOL = '[unknown]';

/** Symbol of the one frame that stands for what `maxStacks` folded away. */
export const OTHER_SYMBOL = '[other]';

/** Module of kernel frames. */
export const KERNEL_MODULE = '[kernel]';

export interface Frame {
  /** As the symbol table has it (mangled), or `[unknown]`. */
  readonly symbol: string;
  /** For people: demangled. Equal to `symbol` where there is nothing to demangle. */
  readonly name: string;
  /** Path of the file the code was loaded from, `[kernel]`, `[vdso]`, or '' when unknown. */
  readonly module: string;
  readonly kind: FrameKind;
}

/** An interned frame: within one table, the same function is the same object with the same id. */
export interface InternedFrame extends Frame {
  readonly id: number;
}

/** Gives every distinct function one object and one small integer, for cheap stack keys. */
export class FrameTable {
  readonly #byKey = new Map<string, InternedFrame>();
  #size = 0;

  intern(frame: Frame): InternedFrame {
    const key = `${frame.kind}\0${frame.module}\0${frame.symbol}`;
    const known = this.#byKey.get(key);
    if (known) return known;
    const interned = this.single(frame);
    this.#byKey.set(key, interned);
    return interned;
  }

  /** A frame that stands for itself alone, however many look like it: it may get its name later. */
  single({ symbol, name, module, kind }: Frame): InternedFrame {
    return { id: this.#size++, symbol, name, module, kind };
  }

  get size(): number {
    return this.#size;
  }
}
