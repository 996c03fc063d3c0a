/**
 * Reads what `bpf/sample.bt` prints through bpftrace 0.17 to 0.27, line by line. It never fails:
 * a line it cannot read is reported as such.
 *
 *   READY 7057573064808
 *   BEAT 7058572964808 7058572912297
 *   PROCESS 21579 7000242793532281 known\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00
 *   5636423c5000-5636423c6000 r-xp 00001000 fe:00 2342948     /opt/demo/known
 *   END 21579
 *   TICK a 7058573044104
 *   @fired_a: 98
 *   @a[21579, 21580, 7000242793532281,
 *   <TAB>ffffffff821ed511 do_syscall_64+113
 *   ,
 *   7f56f887a417
 *   ]: 3
 *   TOCK a
 *   FINAL 7058673044104
 *   EXIT 0
 */

export type Slot = 'a' | 'b';

/** Samples of one thread with one address-level stack. */
export interface StackEntry {
  readonly slot: Slot;
  readonly tgid: number;
  readonly tid: number;
  /** Names one life of the tgid, up to exec: a 64-bit integer, as text. */
  readonly life: string;
  /** The printed lines between the brackets, joined by newlines: a key, taken apart when new. */
  readonly stack: string;
  readonly count: number;
}

export type OutputEvent =
  | { readonly kind: 'ready'; readonly nanoseconds: number }
  | {
      readonly kind: 'process';
      readonly tgid: number;
      readonly life: string;
      readonly name: string;
      readonly maps: string;
    }
  | { readonly kind: 'tick'; readonly slot: Slot; readonly nanoseconds: number }
  | {
      readonly kind: 'counter';
      readonly name: 'fired' | 'outside';
      readonly slot: Slot;
      readonly value: number;
    }
  | { readonly kind: 'load'; readonly value: number }
  | { readonly kind: 'entry'; readonly entry: StackEntry }
  | { readonly kind: 'tock'; readonly slot: Slot }
  | { readonly kind: 'final'; readonly nanoseconds: number }
  | { readonly kind: 'exit'; readonly status: number }
  | { readonly kind: 'unread'; readonly line: string };

/**
 * bpftrace 0.17 prints nothing at all for a missing stack: `@a[1, 1, 5, , ` or `@a[1, 1, 5, ]: 2`.
 * Counts have 15 digits at most: sums of those that are damaged stay exact, too.
 */
const ENTRY = /^@([ab])\[(\d{1,10}), (\d{1,10}), (\d{1,20}), ?((?:, ?)?)(?:\]: (\d{1,15}))?$/;
const ENTRY_END = /^((?:, )?)\]: (\d{1,15})$/;
const COUNTER = /^@(fired|outside)_([ab]): (\d{1,15})$/;
const MARK = /^(READY|FINAL|EXIT|TICK [ab]|TOCK [ab])(?: (\d{1,20}))?$/;
const PROCESS = /^PROCESS (\d{1,10}) (\d{1,20}) (.*)$/;
const END = /^END (\d{1,10})$/;
const LOAD = /^@load: (\d{1,15})$/;
/** Nearly every line of a stack: it needs no closer look. */
const FRAME = /^[\t 0-9a-f]/;
/** No frame is printed like that: an entry before it has lost its end. */
const NO_FRAME = /^(@|READY |BEAT |TICK |TOCK |FINAL |EXIT |PROCESS )/;
/**
 * bpftrace says which probes it attached; blank lines stand between maps; @flip makes it flush. A
 * beat is for the watchdog.
 */
const IGNORED = /^(|Attach(ing|ed) \d+ probes?.*|@flip: \d|@load: |BEAT \d{1,20} \d{1,20})$/;

/** A stack deeper than this was not printed by us: the depth limit is 127, twice. */
const MAX_STACK_LINES = 300;
/** Of all processes whose announcement has not ended: bpftrace prints 4 MB of each at most. */
const MAX_MAPS_BYTES = 16 * 2 ** 20;
/** What a line takes beside its text. */
const LINE_BYTES = 32;

interface OpenEntry {
  readonly slot: Slot;
  readonly tgid: number;
  readonly tid: number;
  readonly life: string;
  readonly lines: string[];
}

interface OpenProcess {
  readonly tgid: number;
  readonly life: string;
  readonly name: string;
  lines: string[];
  bytes: number;
  /** Lines of another one may be among them: better none than wrong ones, they are asked again. */
  mixed: boolean;
}

/** Announcements that wait for their end; each CPU is in the middle of one at most. */
const MOST_OPEN = 1_024;

export class BpftraceOutputParser {
  #entry: OpenEntry | undefined;
  /** The last one takes the lines: each CPU has a buffer, and another may have its turn in between. */
  #processes: OpenProcess[] = [];
  /** Bytes of mappings that they hold. */
  #bytes = 0;

  /** What this line completes, if anything. */
  push(line: string): OutputEvent | undefined {
    if (this.#entry) return this.#entryLine(line, this.#entry);
    const open = this.#processes.at(-1);
    if (open && !NO_FRAME.test(line)) return this.#processLine(line, open);
    return this.#topLine(line);
  }

  #topLine(line: string): OutputEvent | undefined {
    const entry = ENTRY.exec(line);
    if (entry) {
      const [, slot, tgid, tid, life, separator, count] = entry;
      const key = { slot: slot as Slot, tgid: Number(tgid), tid: Number(tid), life: life ?? '' };
      const open = { ...key, lines: separator ? [','] : [] };
      if (count !== undefined) return closeEntry(open, Number(count));
      this.#entry = open;
      return undefined;
    }
    const process = PROCESS.exec(line);
    if (process) return this.#openProcess(process);
    if (IGNORED.test(line)) return undefined;
    const event = mark(line) ?? counter(line) ?? { kind: 'unread', line };
    if (event.kind === 'exit') this.#forget(this.#processes.splice(0));
    return event;
  }

  #openProcess([, tgid, life, name]: RegExpExecArray): undefined {
    this.#processes.push({
      tgid: Number(tgid),
      life: life ?? '',
      name: readBuffer(name ?? ''),
      lines: [],
      bytes: 0,
      mixed: false,
    });
    if (this.#processes.length > MOST_OPEN) this.#forget(this.#processes.splice(0, 1));
  }

  #forget(processes: readonly OpenProcess[]): void {
    for (const { bytes } of processes) this.#bytes -= bytes;
  }

  #entryLine(line: string, open: OpenEntry): OutputEvent | undefined {
    const isFrame = FRAME.test(line);
    const end = isFrame ? undefined : ENTRY_END.exec(line);
    const belongs = isFrame || (!end && !NO_FRAME.test(line));
    if (belongs && open.lines.length < MAX_STACK_LINES) {
      open.lines.push(line);
      return undefined;
    }
    this.#entry = undefined;
    if (!end) return this.#topLine(line);
    if (end[1]) open.lines.push(',');
    return closeEntry(open, Number(end[2]));
  }

  #processLine(line: string, open: OpenProcess): OutputEvent | undefined {
    const ended = Number(END.exec(line)?.[1]);
    const at = this.#processes.findLastIndex(({ tgid }) => tgid === ended);
    const closed = this.#processes[at];
    if (closed) {
      // The end of one that another was announced after: whose lines came last cannot be told.
      if (closed !== open) closed.mixed = open.mixed = true;
      this.#forget(this.#processes.splice(at, 1));
      return announcement(closed);
    }
    const bytes = line.length + LINE_BYTES;
    if (this.#bytes + bytes > MAX_MAPS_BYTES) return undefined;
    open.lines.push(line);
    open.bytes += bytes;
    this.#bytes += bytes;
    return undefined;
  }
}

function announcement({ tgid, life, name, lines, mixed }: OpenProcess): OutputEvent {
  return { kind: 'process', tgid, life, name, maps: mixed ? '' : lines.join('\n') };
}

function closeEntry(open: OpenEntry, count: number): OutputEvent {
  const { slot, tgid, tid, life, lines } = open;
  return { kind: 'entry', entry: { slot, tgid, tid, life, stack: lines.join('\n'), count } };
}

function mark(line: string): OutputEvent | undefined {
  const found = MARK.exec(line);
  if (!found) return undefined;
  const [word = '', slot] = (found[1] ?? '').split(' ') as [string, Slot];
  const value = Number(found[2]);
  if (word === 'TOCK') return { kind: 'tock', slot };
  if (found[2] === undefined) return undefined;
  if (word === 'READY') return { kind: 'ready', nanoseconds: value };
  if (word === 'FINAL') return { kind: 'final', nanoseconds: value };
  if (word === 'EXIT') return { kind: 'exit', status: value };
  return { kind: 'tick', slot, nanoseconds: value };
}

function counter(line: string): OutputEvent | undefined {
  const load = LOAD.exec(line);
  if (load) return { kind: 'load', value: Number(load[1]) };
  const found = COUNTER.exec(line);
  if (!found) return undefined;
  const name = found[1] as 'fired' | 'outside';
  return { kind: 'counter', name, slot: found[2] as Slot, value: Number(found[3]) };
}

/**
 * The text of a kernel buffer that `%r` printed: bytes outside printable ASCII stand as `\x1b`, and
 * what follows the first NUL is padding.
 */
export function readBuffer(printed: string): string {
  const bytes = printed.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  const end = bytes.indexOf('\0');
  return Buffer.from(end < 0 ? bytes : bytes.slice(0, end), 'latin1').toString('utf8');
}
