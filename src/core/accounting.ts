/**
 * Where every sample went. At every tick recorded + outside + lost = fired, to the sample.
 *
 * fired     samples the kernel took of the processes asked for, idle never among them
 * outside   taken, but the CPU was in the part not asked for (kernel stacks wanted, user code ran)
 * lost      taken, and their stack is not in the recording, with the reason
 */

export const LOSS_REASONS = ['collision', 'stackless', 'mapFull', 'unread', 'renewal'] as const;

/**
 * collision  bpftrace <= 0.20 found the bucket of the kernel's stack map taken by another stack
 * stackless  the kernel could not walk the stack
 * mapFull    more distinct stacks in one tick than the map has keys
 * unread     the map was still being read when its turn to count came again
 * renewal    estimated: bpftrace was being restarted (see Accounting.gap)
 */
export type LossReason = (typeof LOSS_REASONS)[number];

const REASON_WORDS: Record<LossReason, string> = {
  collision: 'stack collisions',
  stackless: 'without a stack',
  mapFull: 'map full',
  unread: 'read too late',
  renewal: 'while bpftrace was renewed',
};

/** Sums from the start of the recording, in samples. */
export interface Totals {
  readonly fired: number;
  readonly recorded: number;
  readonly outside: number;
  readonly lost: number;
  readonly reasons: Readonly<Record<LossReason, number>>;
}

/** For totals that come from a file. */
export function isTotals(value: unknown): value is Totals {
  if (typeof value !== 'object' || value === null) return false;
  const { fired, recorded, outside, lost, reasons } = value as Partial<Totals>;
  const counts = [
    fired,
    recorded,
    outside,
    lost,
    ...LOSS_REASONS.map((reason) => reasons?.[reason]),
  ];
  return counts.every((count) => Number.isSafeInteger(count) && Number(count) >= 0);
}

/** What one tick of one map said. */
export interface TickCounts {
  /** Growth of the never-cleared counters since this map's last turn. */
  readonly fired: number;
  readonly outside: number;
  /** Sum of the entries that have a stack, and of those that have none. */
  readonly recorded: number;
  readonly stackless: number;
  /** The map held as many entries as it has room for. */
  readonly full: boolean;
}

export class Accounting {
  #fired = 0;
  #recorded = 0;
  #outside = 0;
  readonly #reasons: Record<LossReason, number> = {
    collision: 0,
    stackless: 0,
    mapFull: 0,
    unread: 0,
    renewal: 0,
  };
  /** Entries seen before the counter that announces them: a print is not a snapshot. */
  #ahead = 0;

  /** Why an entry without any stack has none: it depends on the version of bpftrace. */
  stacklessReason: 'collision' | 'stackless' = 'stackless';

  add(tick: TickCounts): void {
    this.#recorded += tick.recorded;
    this.#outside += tick.outside;
    this.#reasons[this.stacklessReason] += tick.stackless;
    const seen = tick.recorded + tick.outside + tick.stackless;
    const missing = tick.fired - seen - this.#ahead;
    this.#ahead = Math.max(0, -missing);
    if (missing > 0) this.#reasons[tick.full ? 'mapFull' : 'unread'] += missing;
    this.#fired += seen + Math.max(0, missing);
  }

  /** Samples that would have fired while nothing was attached: an estimate, shown as lost. */
  gap(samples: number): void {
    this.#reasons.renewal += samples;
    this.#fired += samples;
  }

  get totals(): Totals {
    const lost = LOSS_REASONS.reduce((sum, reason) => sum + this.#reasons[reason], 0);
    return {
      fired: this.#fired,
      recorded: this.#recorded,
      outside: this.#outside,
      lost,
      reasons: { ...this.#reasons },
    };
  }
}

/** `37 lost (30 stack collisions, 7 map full)`, or `0 lost`. */
export function describeLosses(totals: Totals): string {
  const parts = LOSS_REASONS.filter((reason) => totals.reasons[reason] > 0).map(
    (reason) => `${formatCount(totals.reasons[reason])} ${REASON_WORDS[reason]}`,
  );
  const list = parts.length > 0 ? ` (${parts.join(', ')})` : '';
  return `${formatCount(totals.lost)} lost${list}`;
}

/** 4012 -> `4,012`, in every locale: the closing line is read by programs too. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 stack`, `1,204 stacks`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
