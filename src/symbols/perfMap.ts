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

export const JIT_MODULE = '[jit]';

/** Some 500,000 functions. */
const MAX_BYTES = 32 * 2 ** 20;
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
    const file = this.#open();
    if (!file) return;
    try {
      this.#startOverIfReplaced(file.identity);
      this.#readOn(file);
    } finally {
      file.close();
    }
  }

  release(): void {
    this.#budget.giveBack(this.#consumed);
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
    this.release();
    this.#source = source;
  }

  /** The last line may be half written: it is read again, whole, the next time. */
  #readOn(file: RegularFile): void {
    const limit = Math.min(file.size, MAX_BYTES);
    while (this.#consumed < limit) {
      const length = Math.min(BYTES_AT_A_TIME, limit - this.#consumed);
      const bytes = file.read(this.#consumed, length);
      if (!bytes) return;
      const lines = bytes.lastIndexOf(NEWLINE) + 1;
      // A megabyte without a line is garbage; less may be the beginning of a line.
      const used = lines === 0 && length === BYTES_AT_A_TIME ? length : lines;
      if (used === 0 || !this.#budget.take(used)) return;
      this.#table.append(bytes.subarray(0, lines));
      this.#consumed += used;
    }
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
