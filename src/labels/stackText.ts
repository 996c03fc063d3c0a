/** Stacks in words: what one is called, and what several have in common. */
import { UNKNOWN_SYMBOL, type InternedFrame } from '../core/frame';
import { printable, shorten } from '../core/printable';
import type { StackRecord } from '../core/profile';

const NAME_LENGTH = 40;
const FRAMES = 4;

/** `work < sudden < sudden_body`, leaf first. */
export function stackName({ frames }: StackRecord): string {
  return frames.slice(0, FRAMES).map(frameName).join(' < ');
}

function frameName({ name }: InternedFrame): string {
  return shorten(printable(name), NAME_LENGTH);
}

/** ` below handle_request`: what all these stacks have called; '' if they share nothing. */
export function belowText(stacks: readonly StackRecord[]): string {
  const shared = sharedFrames(stacks).findLast(({ symbol }) => symbol !== UNKNOWN_SYMBOL);
  return shared ? ` below ${frameName(shared)}` : '';
}

/** Frames that all these stacks begin with, the root first. */
function sharedFrames([first, ...others]: readonly StackRecord[]): readonly InternedFrame[] {
  return others.reduce<readonly InternedFrame[]>(
    (shared, { frames }) => shared.slice(0, sharedDepth(shared, frames)),
    first?.frames.toReversed() ?? [],
  );
}

/** @param frames root first, `others` leaf first */
function sharedDepth(frames: readonly InternedFrame[], others: readonly InternedFrame[]): number {
  const differs = frames.findIndex((frame, depth) => others.at(-1 - depth) !== frame);
  return differs < 0 ? frames.length : differs;
}
