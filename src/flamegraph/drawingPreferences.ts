/** How a reader likes pictures drawn: kept from one flame graph tab to the next. */
import { GROUPINGS, type Grouping } from '../core/callTree';
import { ORIENTATIONS, type Orientation } from './layout';

export interface DrawingPreferences {
  readonly grouping: Grouping;
  readonly orientation: Orientation;
}

/**
 * @param stored as an earlier tab left it, or anything: what is none of ours is ignored
 */
export function readPreferences(stored: unknown): DrawingPreferences {
  const { grouping, orientation } = (stored ?? {}) as Record<keyof DrawingPreferences, unknown>;
  return {
    grouping: GROUPINGS.find((one) => one === grouping) ?? 'thread',
    orientation: ORIENTATIONS.find((one) => one === orientation) ?? 'icicle',
  };
}
