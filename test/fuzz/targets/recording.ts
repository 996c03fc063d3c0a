/** What a helper says and what a capture holds: every sample that fired is in the totals. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { CaptureFormatError, readEvent, readHeader } from '../../../src/sources/captureFile';
import type { Answers, SourceEvent, TickRequest } from '../../../src/ticks/events';
import { explainEnd } from '../../../src/failures/explainEnd';
import { failureText } from '../../../src/failures/failure';
import { LineSplitter } from '../../../src/sources/lineSplitter';
import { describeCapture } from '../../../src/ticks/options';
import { Session, type SessionOptions } from '../../../src/ticks/session';
import { describeLosses, LOSS_REASONS, type Totals } from '../../../src/core/accounting';
import { readStacks } from '../../../src/formats/readStacks';
import { writeStackCountLog } from '../../../src/formats/stackCountLog';
import { inventOutput, TRUTH } from '../inventOutput';
import type { Target } from '../target';

const CAPTURES = 'test/fixtures/captures';
const OPTIONS = { stacks: 'both', keys: 1000, maxStacks: 50 } as const;

export const HELPER_OUTPUT: Target = {
  name: 'helper output',
  words: [
    ...['READY 5\n', 'TICK a 9\n', 'TOCK a\n', 'TICK b 9\n', 'TOCK b\n', 'FINAL 9\n', 'EXIT 0\n'],
    ...[
      '@a[1, 1, 5, \n',
      '@b[1, 1, 5, , ',
      ']: 3\n',
      '@fired_a: 9\n',
      '@outside_b: 1\n',
      '@load: 3',
    ],
    ...['PROCESS 1 5 x\\x00\n', 'END 1\n', '\tffffffff81000001 read+1\n', '7f56f887a417\n', ', \n'],
  ],
  seeds: () => captures().map(outputOf),
  invent: inventOutput,
  check(input) {
    const fed = new FedSession(OPTIONS);
    for (const line of linesOf(input)) fed.feed({ kind: 'output', line });
    fed.finish(TRUTH.exec(input.toString('latin1', 0, 100))?.[1]);
  },
};

export const HELPER_MESSAGES: Target = {
  name: 'helper messages',
  words: ['S HELLO 1 0.17.0 x86_64\n', 'S FAIL ', 'S MAPS 1\n', 'M 1 ', 'B ERROR: ', 'S BYE', 'R '],
  seeds: () => captures().map((capture) => linesWith('E ', capture)),
  check(input) {
    const messages: string[] = [];
    const session = new Session(OPTIONS, { onMessage: (_, text) => messages.push(text) });
    for (const line of linesOf(input)) session.feed({ kind: 'message', line });
    const refusal = messages.find((text) => text.startsWith('FAIL '))?.slice(5);
    for (const status of [0, 1, 126, 127, null]) {
      const known = { way: 'pkexec', status, messages, refusal } as const;
      const end = {
        ...known,
        greeted: session.helper !== undefined,
        bpftraceStatus: status ?? 137,
      };
      for (const failure of [explainEnd(end), explainEnd({ ...end, bpftraceStatus: undefined })])
        if (failure) assert.ok(failureText(failure).length < 1500, 'a sentence, not a page');
    }
  },
};

export const CAPTURE: Target = {
  name: 'capture file',
  words: [
    '\nO ',
    '\nE ',
    '\nA {"tick":0}',
    '\nN {"tick":0}',
    '\nW text',
    '\nL 1 2',
    '\nR',
    '\nS',
    '\nX 0',
    '"frames":',
    '"symbols":',
    'null',
    '{}',
    '[]',
  ],
  // The header by itself as well: it is a small part of the whole.
  seeds: () =>
    captures().flatMap((capture) => [
      capture,
      withLateNames(capture),
      capture.subarray(0, capture.indexOf(10) + 1),
    ]),
  check(input) {
    const [first = '', ...lines] = linesOf(input);
    try {
      const { options, maxStacks } = readHeader(first);
      describeCapture(options);
      const fed = new FedSession({ ...options, maxStacks }, false);
      for (const [at, line] of lines.entries()) fed.feed(readEvent(line, at + 2));
      fed.finish();
    } catch (error) {
      if (!(error instanceof CaptureFormatError)) throw error;
    }
  },
};

function captures(): Buffer[] {
  return readdirSync(CAPTURES).map((name) => readFileSync(`${CAPTURES}/${name}`));
}

/** The same, but that no name is there in time. */
function withLateNames(capture: Buffer): Buffer {
  const lines = capture.toString('latin1').split('\n');
  const late = lines.flatMap((line) =>
    line.startsWith('A ')
      ? [line.replace(/"symbols":.*/, '"symbols":{}}'), `N ${line.slice(2)}`]
      : [line],
  );
  return Buffer.from(late.join('\n'), 'latin1');
}

function linesWith(tag: string, capture: Buffer): Buffer {
  const lines = capture.toString('latin1').split('\n');
  const tagged = lines.filter((line) => line.startsWith(tag)).map((line) => line.slice(tag.length));
  return Buffer.from(`${tagged.join('\n')}\n`, 'latin1');
}

function outputOf(capture: Buffer): Buffer {
  return linesWith('O ', capture);
}

/** In pieces as a pipe hands them over. */
function linesOf(input: Buffer): string[] {
  const splitter = new LineSplitter();
  const lines: string[] = [];
  for (let at = 0, size = 1; at < input.length; at += size, size = (size * 7) % 4099)
    lines.push(...splitter.push(input.subarray(at, at + size)));
  return [...lines, ...splitter.finish()];
}

/** A session whose questions are answered a little later, and whose totals are watched. */
class FedSession {
  readonly #questions: TickRequest[] = [];
  readonly #session: Session;
  #last: Totals | undefined;

  constructor(
    options: SessionOptions,
    private readonly answers = true,
  ) {
    this.#session = new Session(options, {
      onRequest: (request) => this.#questions.push(request),
      onTick: ({ totals }) => this.#checkTick(totals),
    });
  }

  feed(event: SourceEvent): void {
    this.#session.feed(event);
    if (this.answers && this.#questions.length > 1) this.#answerOne();
  }

  /** @param fired at least so many samples have */
  finish(fired?: string): void {
    while (this.answers && this.#questions.length > 0) this.#answerOne();
    const { totals, profile } = this.#session;
    if (fired !== undefined) assert.ok(totals.fired >= Number(fired), `${totals.fired} < ${fired}`);
    describeLosses(totals);
    const written = Buffer.from([...writeStackCountLog(profile.countedStacks())].join(''));
    if (totals.recorded === 0) return;
    let saved = 0;
    for (const { count } of readStacks(written)) saved += count;
    assert.equal(saved, totals.recorded, 'in the file');
  }

  #answerOne(): void {
    const request = this.#questions.shift();
    if (request) this.#session.feed({ kind: 'answers', answers: answersTo(request) });
  }

  #checkTick(totals: Totals): void {
    const { fired, recorded, outside, lost, reasons } = totals;
    assert.equal(recorded + outside + lost, fired, 'recorded + outside + lost = fired');
    const all = [fired, recorded, outside, ...LOSS_REASONS.map((reason) => reasons[reason])];
    for (const count of all) assert.ok(Number.isSafeInteger(count) && count >= 0, `${count}`);
    const before = this.#last ?? totals;
    assert.ok(recorded >= before.recorded && lost >= before.lost && fired >= before.fired);
    this.#last = totals;
  }
}

function answersTo({ tick, names, addresses }: TickRequest): Answers {
  const symbols: Record<string, Record<string, number>> = {};
  for (const [key, asked] of addresses)
    symbols[key] = Object.fromEntries(asked.map((address, at) => [address, at % 2]));
  const frames = [
    ['f', 'f', '/x', 'native'] as const,
    ['[unknown]', '[unknown]', '', 'unknown'] as const,
  ];
  return { tick, names: Object.fromEntries(names.map((key) => [key, 'late'])), frames, symbols };
}
