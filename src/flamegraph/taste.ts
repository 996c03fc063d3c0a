/** How a reader likes pictures drawn: kept from one flame graph tab to the next. */
import { GROUPINGS, type Grouping } from '../core/callTree';
import { ORIENTATIONS, type Orientation } from './layout';

export interface Taste {
  readonly grouping: Grouping;
  readonly orientation: Orientation;
}

/**
 * @param stored as an earlier tab left it, or anything: what is not a taste is drawn as usual
 */
export function readTaste(stored: unknown): Taste {
  const { grouping, orientation } = (stored ?? {}) as Record<keyof Taste, unknown>;
  return {
    grouping: GROUPINGS.find((one) => one === grouping) ?? 'thread',
    orientation: ORIENTATIONS.find((one) => one === orientation) ?? 'icicle',
  };
}
