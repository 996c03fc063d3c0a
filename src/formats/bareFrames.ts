/**
 * Frames from formats that have nothing but symbols (folded stacks, `stack.bpf`): where the code
 * came from is told from well-known names.
 *
 *   vfs_read, do_syscall_64, entry_SYSCALL_64_after_hwframe, read, main
 *   ^-- kernel: up to the entry into it ------------------^  ^-- native
 */
import { KERNEL_MODULE, UNKNOWN_SYMBOL, type Frame, type FrameKind } from '../core/frame';

/** Turns a symbol into a name for people. */
export type Demangle = (symbol: string) => string;

/** Where user code, an interrupt or a new thread enters the kernel, on x86 and ARM. */
const KERNEL_ENTRY =
  /^(entry_(SYSCALL|SYSENTER|INT80)\w*|do_syscall_64|asm_(exc|sysvec|common)_\w+|ret_from_fork(_asm)?|el[01][ht]?_\w+|__(x64|ia32|arm64)_sys_\w+|secondary_startup_64\w*)$/;

/** As V8 and CPython write them into perf maps; `_[j]` is a mark of flamegraph tools. */
const JIT_NAME =
  /^(JS|LazyCompile|Function|Script|Eval|RegExp|Builtin|BytecodeHandler|Stub|py::).*[:~*^]|_\[j\]$/;

interface Known {
  /** The frame when it stands on the kernel's side of an entry. */
  readonly inKernel: Frame;
  readonly outside: Frame;
  readonly entersKernel: boolean;
}

const entersKernel = (known: Known): boolean => known.entersKernel;

export class BareFrames {
  readonly #known = new Map<string, Known>();

  constructor(private readonly demangle: Demangle) {}

  /**
   * @param symbols leaf first
   * @param kernelFrames how many of them are known to be the kernel's; told from names if absent
   */
  stack(symbols: readonly string[], kernelFrames?: number): Frame[] {
    const known = symbols.map((symbol) => this.#known.get(symbol) ?? this.#add(symbol));
    const entered = kernelFrames ?? known.findLastIndex(entersKernel) + 1;
    return known.map(({ inKernel, outside }, i) => (i < entered ? inKernel : outside));
  }

  #add(slice: string): Known {
    const symbol = detached(slice);
    const kind = guessKind(symbol);
    const name = this.demangle(symbol);
    const kernel: Frame = { symbol, name, module: KERNEL_MODULE, kind: 'kernel' };
    const outside = kind === 'kernel' ? kernel : { symbol, name, module: '', kind };
    const inKernel = kind === 'unknown' ? outside : kernel;
    const known = { inKernel, outside, entersKernel: KERNEL_ENTRY.test(symbol) };
    this.#known.set(symbol, known);
    return known;
  }
}

/** A slice keeps the whole block alive that it was cut from; a copy does not. */
export function detached(slice: string): string {
  return Buffer.from(slice, 'utf8').toString('utf8');
}

/** Of a frame outside any kernel entry. */
export function guessKind(symbol: string): FrameKind {
  if (symbol === UNKNOWN_SYMBOL || symbol === '' || /^0x[0-9a-f]+$/.test(symbol)) return 'unknown';
  if (symbol.endsWith('_[k]')) return 'kernel';
  return JIT_NAME.test(symbol) ? 'jit' : 'native';
}
