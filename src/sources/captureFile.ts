/**
 * The capture file: everything the outside said during a recording, in order of arrival, one event
 * a line. Replayed, it gives the same result on any machine.
 *
 *   stack-count capture 1 {"startedAt":1792000000000,"options":{...},...}
 *   E S HELLO 1 0.23.2 x86_64
 *   O TICK a 7058573044104
 *   A {"tick":0,"names":{},"frames":[["leaf","leaf","/opt/demo/known","native"]],"symbols":{...}}
 *   N {"tick":0,"names":{},"frames":[…],"symbols":{…}}     what the answer left out, named later
 *   W Mappings of 3 processes were dropped: …              a notice
 *   L 1.25 12.004
 *   R
 *   Q output 5
 *   C {"gone":[1],"back":[]}
 *   G
 *   S 7059573044104
 *   X 0 7059673044104
 *
 * O and E lines hold the helper's bytes as they came. JSON is plain ASCII.
 */
import { isFrameKind } from '../core/frame';
import { isHeader, type CaptureHeader } from '../ticks/captureHeader';
import {
  MISSING,
  type Answers,
  type CpuChange,
  type Nanoseconds,
  type Silence,
  type SourceEvent,
} from '../ticks/events';

const MAGIC = 'stack-count capture 1 ';

export class CaptureFormatError extends Error {
  override readonly name = 'CaptureFormatError';
}

export function formatHeader(header: CaptureHeader): string {
  return MAGIC + asciiJson(header);
}

export function readHeader(line: string): CaptureHeader {
  if (!line.startsWith(MAGIC)) {
    throw new CaptureFormatError(`line 1 does not begin with "${MAGIC.trim()}"`);
  }
  const header = parseJson<Partial<CaptureHeader> | null>(line.slice(MAGIC.length), 1);
  if (!isHeader(header ?? {})) {
    throw new CaptureFormatError('line 1 lacks the options of the recording');
  }
  return header as CaptureHeader;
}

export function formatEvent(event: SourceEvent): string {
  switch (event.kind) {
    case 'output':
      return `O ${event.line}`;
    case 'message':
      return `E ${event.line}`;
    case 'answers':
      return `A ${asciiJson(event.answers)}`;
    case 'names':
      return `N ${asciiJson(event.answers)}`;
    case 'notice':
      return `W ${event.text}`;
    case 'load':
      return `L ${event.value} ${event.at}`;
    case 'renewal':
      return 'R';
    case 'silence':
      return `Q ${event.silence.missing} ${event.silence.seconds}`;
    case 'cpus':
      return `C ${asciiJson(event.change)}`;
    case 'gone':
      return 'G';
    case 'stop':
      return words('S', event.at);
    case 'end':
      return words('X', event.status ?? '-', event.at);
  }
}

function words(...parts: readonly (string | number | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}

/** @param number of the line, for the message of the error */
export function readEvent(line: string, number: number): SourceEvent {
  const rest = line.slice(2);
  switch (line.slice(0, 2)) {
    case 'O ':
      return { kind: 'output', line: rest };
    case 'E ':
      return { kind: 'message', line: rest };
    case 'A ':
      return { kind: 'answers', answers: readAnswers(rest, number) };
    case 'N ':
      return { kind: 'names', answers: readAnswers(rest, number) };
    case 'W ':
      return { kind: 'notice', text: rest };
    case 'L ':
      return readLoadEvent(rest, number);
    case 'R':
      return { kind: 'renewal' };
    case 'Q ':
      return { kind: 'silence', silence: readSilence(rest, number) };
    case 'C ':
      return { kind: 'cpus', change: readCpuChange(rest, number) };
    case 'G':
      return { kind: 'gone' };
    case 'S':
    case 'S ':
      return { kind: 'stop', ...readAt(rest) };
    case 'X ':
      return readEnd(rest);
    default:
      throw new CaptureFormatError(`line ${number} is no event of a capture`);
  }
}

function readLoadEvent(text: string, line: number): SourceEvent {
  const [value = NaN, at = NaN] = text.split(' ').map(Number);
  if (Number.isFinite(value) && Number.isFinite(at)) return { kind: 'load', value, at };
  throw new CaptureFormatError(`line ${line} holds no reading of the load`);
}

function readSilence(text: string, line: number): Silence {
  const [word, seconds] = text.split(' ');
  const missing = MISSING.find((each) => each === word);
  if (missing && Number.isSafeInteger(Number(seconds)))
    return { missing, seconds: Number(seconds) };
  throw new CaptureFormatError(`line ${line} holds no silence`);
}

function readCpuChange(text: string, line: number): CpuChange {
  const change = parseJson<Partial<CpuChange> | null>(text, line);
  const lists = [change?.gone, change?.back];
  if (lists.every((list) => isListOf(list, Number.isSafeInteger))) return change as CpuChange;
  throw new CaptureFormatError(`line ${line} holds no change of CPUs`);
}

/** `0 7059673044104`: older captures have no time there. */
function readEnd(text: string): SourceEvent {
  const [status = '-', at = ''] = text.split(' ');
  return { kind: 'end', status: status === '-' ? null : Number(status), ...readAt(at) };
}

function readAt(text: string): { at?: Nanoseconds } {
  return /^\d{1,20}$/.test(text) ? { at: Number(text) } : {};
}

/** A damaged answer must not become a damaged recording. */
function readAnswers(text: string, line: number): Answers {
  const answers = parseJson<Partial<Answers> | null>(text, line);
  const { tick, names, frames, symbols } = answers ?? {};
  const good =
    Number.isSafeInteger(tick) &&
    isListOf(frames, isFrame) &&
    isRecord(names, (name) => typeof name === 'string') &&
    isRecord(symbols, (places) => isRecord(places, Number.isInteger));
  if (!good) throw new CaptureFormatError(`line ${line} holds no answers`);
  return answers as Answers;
}

function isFrame(value: unknown): boolean {
  if (!isListOf(value, (part) => typeof part === 'string')) return false;
  const { length, 3: kind } = value as readonly string[];
  return length === 4 && isFrameKind(kind);
}

function isRecord(value: unknown, holds: (member: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(holds);
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function parseJson<T>(text: string, line: number): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new CaptureFormatError(`line ${line} holds broken JSON`);
  }
}

function isListOf(value: unknown, holds: (member: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(holds);
}
