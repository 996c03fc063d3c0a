/**
 * The perf map of a process: a file in which a JIT lists the functions it makes, and which grows
 * while the process runs (`node --perf-basic-prof`, perf-map-agent for the JVM). /tmp is open to
 * everyone, so a map counts only if the process's own user, or root, wrote it, and wrote it since
 * the process started: an older one was left behind by an earlier process with the same pid.
 */
import type { ByteBudget } from './byteBudget';
import { openRegular, type FileIdentity, type RegularFile } from './fileAccess';
import { PerfMapTable } from './perfMapTable';
import type { ProcessFacts } from './procfs';
import { finish, type Work } from './work';

export const JIT_MODULE = '[jit]';

/** Some 500,000 functions. */
const MAX_BYTES = 32 * 2 ** 20;
/** What an entry takes beside its name: a line may have six bytes. */
const ENTRY_BYTES = 100;
const BYTES_AT_A_TIME = 2 ** 20;
/** When a process started is known to about a second. */
const START_SLACK_MS = 2000;
const NEWLINE = 0x0a;

export class PerfMap {
  readonly #paths: readonly string[];
  readonly #facts: ProcessFacts;
  readonly #budget: ByteBudget;
  #table = new PerfMapTable();
  /** Which file the table is from, and how many bytes of it, whole lines, it holds. */
  #source = '';
  #consumed = 0;
  /** What was taken from the budget. */
  #charged = 0;
  #released = false;

  constructor(paths: readonly string[], facts: ProcessFacts, budget: ByteBudget) {
    this.#paths = paths;
    this.#facts = facts;
    this.#budget = budget;
  }

  find(address: number): string | undefined {
    return this.#table.find(address);
  }

  /** Reads what was written since the last time. */
  refresh(): void {
    finish(this.refreshing());
  }

  /** The same in steps. */
  *refreshing(): Work<void> {
    const file = this.#open();
    if (!file) return;
    try {
      this.#startOverIfReplaced(file.identity);
      yield* this.#readOn(file);
    } finally {
      file.close();
    }
  }

  /** For good; also in the middle of reading. */
  release(): void {
    this.#released = true;
    this.#empty();
  }

  #empty(): void {
    this.#budget.giveBack(this.#charged);
    this.#charged = 0;
    this.#consumed = 0;
    this.#table = new PerfMapTable();
  }

  #open(): RegularFile | undefined {
    for (const path of this.#paths) {
      const file = openRegular(path, 'refuse');
      if (file.ok && this.#isTrusted(file.value.identity)) return file.value;
      if (file.ok) file.value.close();
    }
    return undefined;
  }

  #isTrusted({ owner, changedMs }: FileIdentity): boolean {
    const isFresh = changedMs >= this.#facts.startedMs - START_SLACK_MS;
    return isFresh && (owner === this.#facts.user || owner === 0);
  }

  #startOverIfReplaced({ device, inode, size }: FileIdentity): void {
    const source = `${device} ${inode}`;
    if (source === this.#source && size >= this.#consumed) return;
    this.#empty();
    this.#source = source;
  }

  /** The last line may be half written: it is read again, whole, the next time. */
  *#readOn(file: RegularFile): Work<void> {
    const limit = Math.min(file.size, MAX_BYTES);
    while (this.#consumed < limit && !this.#released) {
      const length = Math.min(BYTES_AT_A_TIME, limit - this.#consumed);
      const bytes = file.read(this.#consumed, length);
      if (!bytes) return;
      const lines = bytes.lastIndexOf(NEWLINE) + 1;
      // A megabyte without a line is garbage; less may be the beginning of a line.
      const used = lines === 0 && length === BYTES_AT_A_TIME ? length : lines;
      if (used === 0 || !this.#charge(used)) return;
      const entries = this.#table.append(bytes.subarray(0, lines));
      this.#consumed += used;
      yield length;
      if (!this.#charge(ENTRY_BYTES * entries)) return;
    }
  }

  #charge(bytes: number): boolean {
    const fits = !this.#released && this.#budget.take(bytes);
    if (fits) this.#charged += bytes;
    return fits;
  }
}

/**
 * Where the map of a process can be. It names the file by the pid it knows, which in a container is
 * not ours; tools that write it from outside use the outer pid.
 */
export function perfMapPaths(pid: number, ownPid: number, root: string, folder: string): string[] {
  const inside = `${root}${folder}/perf-${ownPid}.map`;
  const outside = `${folder}/perf-${pid}.map`;
  return inside === outside ? [inside] : [inside, outside];
}
