/** What a recording leaves behind: all that its files are made of. */
import type { CaptureHeader } from './captureHeader';
import type { Totals } from '../core/accounting';
import type { Profile } from '../core/profile';

export interface Recorded {
  readonly header: CaptureHeader;
  readonly profile: Profile;
  readonly totals: Totals;
  /** Of the kernel's clock, from the first READY to the last tick. */
  readonly seconds: number;
}
