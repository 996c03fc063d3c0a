/**
 * Messages for the log. bpftrace can say the same thing at every sample, so each is told once, and at
 * the end how often it came again; how many different ones are told has a bound, too.
 */
import { formatCount } from '../core/accounting';

const MOST_MESSAGES = 200;

export class MessageLog {
  /** How often each came again. */
  readonly #repeats = new Map<string, number>();
  #leftOut = 0;

  constructor(private readonly tell: (text: string) => void) {}

  add(text: string): void {
    const repeats = this.#repeats.get(text);
    if (repeats !== undefined) {
      this.#repeats.set(text, repeats + 1);
    } else if (this.#repeats.size < MOST_MESSAGES) {
      this.#repeats.set(text, 0);
      this.tell(text);
    } else {
      if (this.#leftOut === 0) this.tell('Further messages are left out.');
      this.#leftOut++;
    }
  }

  /** Nothing more comes: `… 727 more: WARNING: failed to delete …`. */
  close(): void {
    for (const [text, repeats] of this.#repeats)
      if (repeats > 0) this.tell(`… ${formatCount(repeats)} more: ${text}`);
    if (this.#leftOut > 0) this.tell(`${formatCount(this.#leftOut)} messages were left out.`);
  }
}
