/**
 * Questions to the other side of a channel, and its answers: each question has a number, and its
 * answer repeats it. What needs no answer is sent past this.
 */

interface Numbered {
  readonly type: string;
  readonly question: number;
}

/** A question of this type, before it has its number. */
export type Asked<Question extends Numbered, Type extends string> = { readonly type: Type } & Omit<
  Extract<Question, { type: Type }>,
  'type' | 'question'
>;

interface Open<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

export interface MessengerOptions {
  /** Who is asked, for the words of the error: `The engine`. */
  readonly name: string;
  readonly timeoutMs: number;
}

/** An answer has the type of its question. */
export class Messenger<Question extends Numbered, Answer extends Numbered> {
  readonly #open = new Map<number, Open<Answer>>();
  #asked = 0;

  constructor(
    private readonly post: (question: Question) => void,
    private readonly options: MessengerOptions,
  ) {}

  /** Rejects when the question cannot be sent, when the answer is late, and on `close`. */
  ask<Type extends Question['type']>(
    asked: Asked<Question, Type>,
  ): Promise<Extract<Answer, { type: Type }>> {
    const question = ++this.#asked;
    return new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => this.#fail(question, this.#late()), this.options.timeoutMs);
      this.#open.set(question, { resolve, reject, timer });
      this.#send(question, { ...asked, question } as unknown as Question);
    }) as Promise<Extract<Answer, { type: Type }>>;
  }

  /** Ignores an answer that nobody waits for: it came twice, or too late. */
  receive(answer: Answer): void {
    this.#take(answer.question)?.resolve(answer);
  }

  /** The other side is gone. It may be asked again when there is another. */
  close(reason: string): void {
    for (const question of [...this.#open.keys()]) this.#fail(question, new Error(reason));
  }

  #send(question: number, message: Question): void {
    try {
      this.post(message);
    } catch (error) {
      this.#fail(question, error as Error);
    }
  }

  #fail(question: number, reason: Error): void {
    this.#take(question)?.reject(reason);
  }

  #take(question: number): Open<Answer> | undefined {
    const open = this.#open.get(question);
    this.#open.delete(question);
    clearTimeout(open?.timer);
    return open;
  }

  #late(): Error {
    const { name, timeoutMs } = this.options;
    return new Error(`${name} has not answered for ${timeoutMs / 1000} s.`);
  }
}
