/**
 * Judges a long recording: every second of it is accounted for, by the kernel's clock and by the
 * kernel's counters, each run of bpftrace has ended, and nothing went wrong.
 */
import { closingLine } from './cli';
import type { Gap, SoakCapture } from './soakCapture';

/** What the recording said of itself at its end. */
export interface SoakEnd {
  readonly code: number | null;
  readonly samples: number;
  readonly outside: number;
  readonly lost: number;
  /** The part of the lost that is estimated: nothing was attached. */
  readonly renewed: number;
  /** Words of failure. */
  readonly complaints: readonly string[];
}

export type Facts = Pick<
  SoakCapture,
  'collides' | 'starts' | 'readies' | 'exits' | 'broken' | 'gaps' | 'silences' | 'fired' | 'seconds'
>;

/** Beside a load that is worth its name a bpftrace whose stack maps fill up is renewed this often. */
const RENEWAL_SECONDS = 90;
/** The last tick comes at most that long before the end. */
const END_SECONDS = 3;
/** A gap's samples are told by the rate of the tick before it, and here by that of the whole run. */
const ESTIMATE_TOLERANCE = 0.5;
/** Samples of a map that was never printed whole may have been told, those of some ticks' edges. */
const BROKEN_TOLERANCE = 100;

/** Of what the terminal tool printed on standard error. */
export function readEnd(code: number | null, stderr: string): SoakEnd {
  const complaints = stderr.split('\n').filter((line) => line.startsWith('stack-count: '));
  const renewed = /([\d,]+) while bpftrace was renewed/.exec(stderr)?.[1] ?? '0';
  return { code, ...closingNumbers(stderr), renewed: toNumber(renewed), complaints };
}

function closingNumbers(stderr: string): Pick<SoakEnd, 'samples' | 'outside' | 'lost'> {
  try {
    return closingLine(stderr);
  } catch {
    return { samples: NaN, outside: NaN, lost: NaN };
  }
}

function toNumber(text: string): number {
  return Number(text.replaceAll(',', ''));
}

/** @param seconds it was to last; @returns what is wrong with it, nothing if all is as it should be */
export function judgeSoak(facts: Facts, end: SoakEnd, seconds: number): string[] {
  const reasons = [
    ...wrongEnd(end),
    ...facts.silences.map((gap) => `nothing was counted for ${describe(gap)}, in one run`),
    endedEarly(facts, seconds),
    gapsWithoutWord(facts, end),
    wrongSum(facts, end),
    ...wrongRuns(facts),
    tooFewRuns(facts, seconds),
  ];
  return reasons.filter((reason) => reason !== undefined);
}

function wrongEnd({ code, complaints, samples }: SoakEnd): string[] {
  return [
    ...(code === 0 ? [] : [`it ended with ${code}`]),
    ...(Number.isNaN(samples) ? ['it has no closing line'] : []),
    ...complaints.map((text) => `it said: ${text}`),
  ];
}

function describe({ seconds, at }: Gap): string {
  return `${seconds.toFixed(1)} s at second ${at.toFixed(0)}`;
}

function endedEarly(facts: Facts, seconds: number): string | undefined {
  if (facts.seconds >= seconds - END_SECONDS) return undefined;
  return `the last tick was at second ${facts.seconds.toFixed(1)} of ${seconds}`;
}

function gapsWithoutWord({ gaps }: Facts, { renewed }: SoakEnd): string | undefined {
  const expected = Math.round(gaps.reduce((sum, { samples }) => sum + samples, 0));
  if (Math.abs(renewed - expected) <= ESTIMATE_TOLERANCE * expected) return undefined;
  return `${renewed} samples are said to be lost in ${gaps.length} gaps, which took about ${expected}`;
}

function wrongSum(facts: Facts, { samples, outside, lost, renewed }: SoakEnd): string | undefined {
  const { fired, broken } = facts;
  const told = samples + outside + lost - renewed;
  if (Math.abs(told - fired) <= broken * BROKEN_TOLERANCE || Number.isNaN(told)) return undefined;
  return `${samples} recorded, ${outside} outside and ${lost - renewed} lost are ${told}, and ${fired} were counted`;
}

function wrongRuns({ starts, readies, exits }: Facts): string[] {
  return [
    ...(starts === exits ? [] : [`bpftrace has ${starts} starts and ${exits} ends`]),
    // The last may have been stopped before it was.
    ...(starts <= readies + 1 ? [] : [`of ${starts} starts of bpftrace ${readies} became ready`]),
  ];
}

function tooFewRuns({ collides, readies }: Facts, seconds: number): string | undefined {
  if (!collides || readies > Math.floor(seconds / RENEWAL_SECONDS)) return undefined;
  return `the load was too light: bpftrace was ready ${readies} times in ${seconds} s`;
}

/** The rest is what differs between two ways to tell time. */
const LEAST_FIRED = 0.8;

/** @param rate samples a second that are due while CPUs are as busy as they were */
export function judgeRate({ fired, gaps, seconds }: Facts, rate: number): string[] {
  const missed = gaps.reduce((sum, gap) => sum + gap.seconds, 0);
  const due = Math.round(rate * (seconds - missed));
  if (fired >= LEAST_FIRED * due) return [];
  return [`the kernel counted ${fired} samples where ${due} were due`];
}
