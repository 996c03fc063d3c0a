/** Where a session's events come from: a live helper, or a file that holds what one once said. */
import type { Way } from '../privilege/ways';
import type { LifeKey, SourceEvent, TickRequest } from '../ticks/events';

export interface Source {
  /** How root is had; a source that tries several says the last one. */
  readonly way: Way | 'replay';
  /** Begins. Events arrive in order; the last one is `end`. */
  start(deliver: (event: SourceEvent) => void): void;
  /** The mappings that came with a process's first sample. */
  announce(key: LifeKey, tgid: number, maps: string): void;
  /** Asks for what a tick needs; the answers arrive as an event. A replay has them already. */
  answer(request: TickRequest): void;
  /** Starts or ends bpftrace, without ending the helper; `renew` is a pause that shows as lost. */
  command(word: 'run' | 'pause' | 'renew'): void;
  /** Ends the recording: the last samples still arrive, then `end`. Safe to call twice. */
  stop(): void;
}
