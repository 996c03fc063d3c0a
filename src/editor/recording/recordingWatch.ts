/** Keeps what is known of the recording up to date, and tells of every event that is about one. */
import { Disposable, EventEmitter, type Event } from 'vscode';
import type { EngineClient } from './engineClient';
import {
  NEVER_RECORDED,
  nextModel,
  type RecordingEvent,
  type RecordingModel,
} from './recordingModel';

export interface RecordingChange {
  readonly event: RecordingEvent;
  readonly before: RecordingModel;
  readonly now: RecordingModel;
}

export class RecordingWatch implements Disposable {
  #model = NEVER_RECORDED;
  readonly #changed = new EventEmitter<RecordingChange>();
  readonly #subscription: Disposable;

  /** The model is up to date when this is told. */
  readonly onChange: Event<RecordingChange> = this.#changed.event;

  constructor(engine: Pick<EngineClient, 'onMessage' | 'onCrash'>) {
    this.#subscription = Disposable.from(
      engine.onMessage((message) => this.#receive(message)),
      engine.onCrash(() => this.#receive({ type: 'crashed' })),
    );
  }

  get model(): RecordingModel {
    return this.#model;
  }

  /** The engine is about to be asked for a recording. */
  request(): void {
    this.#receive({ type: 'requested' });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  #receive(event: RecordingEvent): void {
    const before = this.#model;
    this.#model = nextModel(before, event);
    this.#changed.fire({ event, before, now: this.#model });
  }
}
