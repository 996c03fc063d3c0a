/**
 * Frames from formats that carry only symbols (folded stacks, `stack.bpf`). Well-known names tell
 * where the code comes from.
 *
 *   vfs_read, do_syscall_64, entry_SYSCALL_64_after_hwframe, read, main
 *   ^-- kernel: up to the entry into it ------------------^  ^-- native
 */
import { copiedString } from '../core/copiedString';
import {
  FrameTable,
  KERNEL_MODULE,
  UNKNOWN_SYMBOL,
  type Frame,
  type FrameKind,
} from '../core/frame';

/** Turns a symbol into a readable name. */
export type Demangle = (symbol: string) => string;

/** Where user code, an interrupt or a new thread enters the kernel, on x86 and ARM. */
const KERNEL_ENTRY =
  /^(entry_(SYSCALL|SYSENTER|INT80)\w*|do_syscall_64|asm_(exc|sysvec|common)_\w+|ret_from_fork(_asm)?|el[01][ht]?_\w+|__(x64|ia32|arm64)_sys_\w+|secondary_startup_64\w*)$/;

/** As V8 and CPython write them into perf maps; flame graph tools append `_[j]`. */
const JIT_NAME =
  /^(JS|LazyCompile|Function|Script|Eval|RegExp|Builtin|BytecodeHandler|Stub):(?!:)|^py::|_\[j\]$/;

interface Known {
  /** The frame if the stack does not show that it belongs to the kernel. */
  readonly frame: Frame;
  readonly entersKernel: boolean;
}

export class BareFrames {
  readonly #table = new FrameTable();
  readonly #known = new Map<string, Known>();
  readonly #inKernel = new Map<Frame, Frame>();

  constructor(private readonly demangle: Demangle) {}

  /**
   * @param symbols leaf first
   * @param kernelFrames how many of them are known to be the kernel's; guessed from names if absent
   */
  stack(symbols: readonly string[], kernelFrames?: number): Frame[] {
    const frames = new Array<Frame>(symbols.length);
    let entered = 0;
    for (let i = 0; i < symbols.length; i++) {
      const symbol = symbols[i] ?? '';
      const { frame, entersKernel } = this.#known.get(symbol) ?? this.#add(symbol);
      frames[i] = frame;
      if (entersKernel) entered = i + 1;
    }
    for (let i = (kernelFrames ?? entered) - 1; i >= 0; i--) {
      frames[i] = this.#kernelFrame(frames[i] as Frame);
    }
    return frames;
  }

  #add(slice: string): Known {
    const symbol = copiedString(slice);
    const kind = guessKind(symbol);
    const module = kind === 'kernel' ? KERNEL_MODULE : '';
    const frame = this.#table.intern({ symbol, name: this.demangle(symbol), module, kind });
    const known = { frame, entersKernel: KERNEL_ENTRY.test(symbol) };
    this.#known.set(symbol, known);
    return known;
  }

  /** The same function as a kernel frame; a frame without a name stays unknown. */
  #kernelFrame(frame: Frame): Frame {
    if (frame.kind === 'unknown') return frame;
    const known = this.#inKernel.get(frame);
    if (known) return known;
    const kernel = this.#table.intern({ ...frame, module: KERNEL_MODULE, kind: 'kernel' });
    this.#inKernel.set(frame, kernel);
    return kernel;
  }
}

/** The kind of a frame outside any kernel entry. */
export function guessKind(symbol: string): FrameKind {
  if (symbol === UNKNOWN_SYMBOL || symbol === '' || /^0x[0-9a-f]+$/.test(symbol)) return 'unknown';
  if (symbol.endsWith('_[k]')) return 'kernel';
  return JIT_NAME.test(symbol) ? 'jit' : 'native';
}
