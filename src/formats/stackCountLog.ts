/**
 * `stack_count.log`, in the shape that the ancestor's readers expect: leaf first, mangled symbols,
 * two-space indent, no space after a colon, ASCII only (Python's `json.dumps(indent=2)`).
 *
 *   {
 *     "2114":{
 *       "name":"node",
 *       "pids":{
 *         "2120":{
 *           "7":{
 *             "trace":[
 *               "0xffffffff816b8aab:vfs_read",
 *               "0x7f56f87ab24a:uv_run"
 *             ],
 *             "count":37,
 *             "label":null
 *   …
 */
import { FrameTable, KERNEL_MODULE, OTHER_SYMBOL, type Frame } from '../core/frame';
import type { CountedStack, Label, ProcessRef } from '../core/stack';
import type { Demangle } from './bareFrames';
import { kindAt } from './bpftraceFrame';
import { quote, TOO_LARGE } from './counts';
import { JsonReader } from './jsonReader';

/**
 * Writes the document in pieces, one stack at a time.
 *
 * @param stacks grouped by process and thread: there may be very many, so none is kept until the
 * next one comes
 */
export function* writeStackCountLog(stacks: Iterable<CountedStack>): Generator<string> {
  const places = new Places();
  const symbols = new SymbolTexts();
  let ids = 0;
  for (const stack of stacks) {
    const { process, tid } = stack;
    if (!process || tid === undefined)
      throw new TypeError('a stack without a thread has no place here');
    const level = places.enter(process.key, tid);
    if (level !== 'stack') ids = 0;
    yield OPENING[level] + header(level, process, tid);
    yield writeStack(stack, stack.id ?? String(ids), symbols);
    ids++;
  }
  yield places.empty ? '{}\n' : '\n      }\n    }\n  }\n}\n';
}

/** The outermost thing that begins with a stack. */
type Level = 'document' | 'process' | 'thread' | 'stack';

/** The text that ends what came before. */
const OPENING: Record<Level, string> = {
  document: '{\n',
  process: '\n      }\n    }\n  },\n',
  thread: '\n      },\n',
  stack: ',\n',
};

function header(level: Level, { key, name }: ProcessRef, tid: number): string {
  const thread = `      "${tid}":{\n`;
  if (level === 'stack') return '';
  if (level === 'thread') return thread;
  return `  ${json(key)}:{\n    "name":${json(name)},\n    "pids":{\n${thread}`;
}

/** Where the writer is and has been: in JSON a repeated key would hide the first one. */
class Places {
  #process: string | undefined;
  #thread: number | undefined;
  readonly #processes = new Set<string>();
  readonly #threads = new Set<number>();

  get empty(): boolean {
    return this.#process === undefined;
  }

  enter(process: string, tid: number): Level {
    if (process === this.#process && tid === this.#thread) return 'stack';
    const level = this.empty ? 'document' : process === this.#process ? 'thread' : 'process';
    if (level !== 'thread') this.#threads.clear();
    if ((level !== 'thread' && this.#processes.has(process)) || this.#threads.has(tid))
      throw new TypeError('the stacks of a thread must stand together');
    this.#processes.add((this.#process = process));
    this.#threads.add((this.#thread = tid));
    return level;
  }
}

function writeStack(stack: CountedStack, id: string, symbols: SymbolTexts): string {
  const { frames, addresses, count, label } = stack;
  let trace = '';
  for (let i = 0; i < frames.length; i++) {
    const { symbol } = frames[i] as Frame;
    // Every reader has checked that this is hexadecimal, so nothing needs escaping.
    const address = symbol === OTHER_SYMBOL ? '0' : (addresses?.[i] ?? '0');
    trace += `${i === 0 ? '\n' : ',\n'}            "0x${address.padStart(6, '0')}:${symbols.of(symbol)}`;
  }
  return `        ${json(id)}:{
          "trace":[${trace}${trace && '\n          '}],
          "count":${count},
          "label":${label ?? null}
        }`;
}

/** A cache of symbols escaped for JSON, with the closing quote: many frames share few functions. */
class SymbolTexts {
  readonly #known = new Map<string, string>();

  of(symbol: string): string {
    let text = this.#known.get(symbol);
    if (text === undefined) this.#known.set(symbol, (text = json(symbol).slice(1)));
    return text;
  }
}

/** Text that needs no escaping, as nearly all does. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A JSON string in ASCII, like Python's `ensure_ascii`. */
function json(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(
    /[\x7f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** @throws FormatError with the line and the path of what is wrong */
export function* readStackCountLog(bytes: Uint8Array, demangle: Demangle): Generator<CountedStack> {
  const reader = new LogReader(new JsonReader(new TextDecoder().decode(bytes)), demangle);
  yield* reader.stacks();
}

const LABELS = { null: null, 0: 0, 1: 1 } as const;

interface TraceEntry {
  readonly address: string;
  readonly frame: Frame;
}

class LogReader {
  #total = 0;
  readonly #frames = new FrameTable();
  readonly #entries = new Map<string, TraceEntry>();

  constructor(
    private readonly json: JsonReader,
    private readonly demangle: Demangle,
  ) {}

  *stacks(): Generator<CountedStack> {
    for (const key of this.json.keys()) {
      if (!/^\d+(\.\d+)?$/.test(key)) this.json.refuse('a process is named by its number');
      yield* this.#process(key);
    }
    this.json.finish();
  }

  *#process(key: string): Generator<CountedStack> {
    let process: ProcessRef | undefined;
    for (const member of this.json.keys()) {
      if (member === 'name') process = { key, tgid: parseInt(key, 10), name: this.json.string() };
      else if (member !== 'pids') this.json.refuse('no member of a process');
      else if (process) yield* this.#threads(process);
      else this.json.refuse('stands before the "name" of its process');
    }
  }

  *#threads(process: ProcessRef): Generator<CountedStack> {
    for (const tid of this.json.keys()) {
      if (!/^\d+$/.test(tid)) this.json.refuse('a thread is named by its number');
      for (const id of this.json.keys()) yield { ...this.#stack(), id, process, tid: Number(tid) };
    }
  }

  #stack(): CountedStack {
    let trace: readonly TraceEntry[] | undefined;
    let count: number | undefined;
    let label: Label = null;
    for (const member of this.json.keys()) {
      if (member === 'trace') trace = [...this.json.list(this.#entry)];
      else if (member === 'count') count = this.#count();
      else if (member === 'label') label = LABELS[this.json.oneOf('null', '0', '1')];
      else this.json.refuse('no member of a stack');
    }
    if (!trace || count === undefined) return this.json.refuse('a stack needs "trace" and "count"');
    const addresses = trace.map(({ address }) => address);
    return { frames: trace.map(({ frame }) => frame), addresses, count, label };
  }

  #count(): number {
    const count = this.json.wholeNumber();
    this.#total += count;
    if (!Number.isSafeInteger(this.#total)) this.json.refuse(TOO_LARGE);
    return count;
  }

  readonly #entry = (): TraceEntry => {
    const text = this.json.string();
    const known = this.#entries.get(text);
    if (known) return known;
    const [, address, symbol] = /^0x([0-9a-f]{1,16}):([^]*)$/.exec(text) ?? [];
    if (address === undefined || symbol === undefined) {
      return this.json.refuse(`${quote(text)} is not 0xADDRESS:symbol`);
    }
    const kind = kindAt(address, symbol);
    const module = kind === 'kernel' ? KERNEL_MODULE : '';
    const frame = this.#frames.intern({ symbol, name: this.demangle(symbol), module, kind });
    this.#entries.set(text, { address, frame });
    return { address, frame };
  };
}
