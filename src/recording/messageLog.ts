/**
 * Messages for the log. bpftrace can say the same thing at every sample, so each is told once, and at
 * the end how often it came again; how many different ones are told has a bound, too. The last ones
 * are kept as they came, for the reason of a failure.
 */
import { formatCount } from '../core/accounting';
import { copiedString } from '../core/copiedString';
import { shorten } from '../core/printable';

const MOST_MESSAGES = 200;
const KEPT_MESSAGES = 30;
/** A line can be as long as bpftrace likes. */
const LONGEST_MESSAGE = 1_000;

export class MessageLog {
  /** How often each came again. */
  readonly #repeats = new Map<string, number>();
  #leftOut = 0;
  readonly #lastWords: string[] = [];

  constructor(private readonly tell: (text: string) => void) {}

  /** The last messages, repeated ones as often as they came. */
  get lastWords(): readonly string[] {
    return this.#lastWords;
  }

  add(message: string): void {
    const text = copiedString(shorten(message, LONGEST_MESSAGE));
    this.#lastWords.push(text);
    if (this.#lastWords.length > KEPT_MESSAGES) this.#lastWords.shift();
    this.#log(text);
  }

  #log(text: string): void {
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
