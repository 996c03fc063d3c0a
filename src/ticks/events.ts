/**
 * Everything the outside world says during a recording, as one ordered sequence. A session that is
 * fed the same events again comes to the same result: that is what a capture file holds.
 */
import { copiedString } from '../core/copiedString';
import type { FrameKind } from '../core/frame';

/** One life of a process, as the kernel's own integers tell it: `<tgid>:<life>`. */
export type LifeKey = string;

/** A copy: it is kept for as long as the recording, and the text it was read from is not. */
export function lifeKey(tgid: number, life: string): LifeKey {
  return copiedString(`${tgid}:${life}`);
}

/**
 * An address to be named: lower-case hex. With a trailing `-` it is a return address, which belongs
 * to the call before it and is looked up one byte lower.
 */
export type AskedAddress = string;

export function returnTo(address: string): AskedAddress {
  return `${address}-`;
}

/** What a tick needs to know before it can be counted. */
export interface TickRequest {
  readonly tick: number;
  /** Processes that were never announced. */
  readonly names: readonly LifeKey[];
  readonly addresses: ReadonlyMap<LifeKey, readonly AskedAddress[]>;
}

export type FrameTuple = readonly [symbol: string, name: string, module: string, kind: FrameKind];

/** An address that was asked and is in no answer is named later, and counted as itself until then. */
export interface Answers {
  readonly tick: number;
  readonly names: Readonly<Record<LifeKey, string>>;
  readonly frames: readonly FrameTuple[];
  /** Per process: address -> position in `frames`. */
  readonly symbols: Readonly<Record<LifeKey, Readonly<Record<AskedAddress, number>>>>;
}

/** What should have come and did not: any line, a tick, or a sample while CPUs were busy. */
export type Missing = 'output' | 'ticks' | 'samples';

export const MISSING: readonly Missing[] = ['output', 'ticks', 'samples'];

export interface Silence {
  readonly missing: Missing;
  /** Whole seconds for which it has been missing. */
  readonly seconds: number;
}

/** Numbers of CPUs. One that was off and on again between two looks is only `back`. */
export interface CpuChange {
  readonly gone: readonly number[];
  readonly back: readonly number[];
}

export type SourceEvent =
  /** A line of bpftrace's standard output. */
  | { readonly kind: 'output'; readonly line: string }
  /** A tagged line of the helper's standard error. */
  | { readonly kind: 'message'; readonly line: string }
  | { readonly kind: 'answers'; readonly answers: Answers }
  /** Names of addresses that were asked for earlier; no tick waits for them. */
  | { readonly kind: 'names'; readonly answers: Answers }
  /** Something about this recording that people should know, in our own words. */
  | { readonly kind: 'notice'; readonly text: string }
  /** A reading of the machine's load, for the metrics the engine reads itself. */
  | {
      readonly kind: 'load';
      readonly value: number;
      /** Seconds since the start. */ readonly at: number;
    }
  /** We asked for a fresh bpftrace; what fires until it is READY is estimated as lost. */
  | { readonly kind: 'renewal' }
  /** What has been missing for some seconds; once a second until bpftrace is READY anew. */
  | { readonly kind: 'silence'; readonly silence: Silence }
  /** CPUs were switched off or on. */
  | { readonly kind: 'cpus'; readonly change: CpuChange }
  /** The run has ended, and nobody has said EXIT. */
  | { readonly kind: 'gone' }
  /** We asked for the end: that bpftrace ends is no failure from here on. */
  | { readonly kind: 'stop'; readonly at?: Nanoseconds }
  /** The helper is gone, with its exit status (null when a signal ended it). */
  | { readonly kind: 'end'; readonly status: number | null; readonly at?: Nanoseconds };

/** Of the kernel's clock, about; absent before bpftrace has told it. */
export type Nanoseconds = number;
