/**
 * The words and numbers of a flame graph. The saved picture, the script inside it and the live
 * panel all use these, so that the same rectangle is described alike everywhere.
 *
 *   uv_run · libnode.so.115 · native · 1,234 samples, 30.8% · self 12, 0.30%
 */
import { countOf, formatCount } from '../core/accounting';
import type { NodeInfo } from '../core/callTree';
import { printable, shorten } from '../core/printable';
import type { RecordingInfo } from '../core/stack';

/** Where a rectangle's code comes from, or which level of the tree it is. */
export type RectangleKind = NodeInfo['kind'] | 'other';

export interface Described {
  readonly name: string;
  readonly module: string;
  readonly kind: RectangleKind;
  readonly count: number;
  readonly self: number;
  /** Why the stack that ends here is unusual; undefined when it is not. */
  readonly note?: string | undefined;
}

/** What is known of the recording; a converted file knows little. */
export type PictureInfo = Pick<RecordingInfo, 'what'> & Partial<RecordingInfo>;

/** Levels of the tree above the functions. */
export const LEVELS: ReadonlySet<RectangleKind> = new Set(['root', 'process', 'thread']);

/** Marks what was labelled anomalous: a sign, so that it does not depend on seeing a colour. */
export const MARK = '▲';

export const KIND_WORDS: Readonly<Record<RectangleKind, string>> = {
  root: '',
  process: '',
  thread: '',
  other: '',
  kernel: 'kernel',
  native: 'native',
  jit: 'JIT',
  unknown: 'unknown code',
};

export function describe(rectangle: Described, total: number): string {
  const { name, module, kind, count, self, note } = rectangle;
  const parts = [isolated(name), isolated(moduleName(module)), KIND_WORDS[kind]];
  parts.push(`${formatSamples(count)}, ${formatShare(count, total)}`);
  if (self > 0 && kind !== 'other') {
    parts.push(`self ${formatCount(self)}, ${formatShare(self, total)}`);
  }
  if (note !== undefined) parts.push(describeNote(note));
  return parts.filter((part) => part !== '').join(' · ');
}

/** A name written from right to left must not draw the numbers behind it to its other side. */
function isolated(name: string): string {
  return RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name;
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

export function describeNote(note: string): string {
  return `${MARK} ${note === '' ? 'unusual' : note}`;
}

/** The file without its folder; `[kernel]` only repeats the kind. */
export function moduleName(module: string): string {
  return module === '[kernel]' ? '' : module.slice(module.lastIndexOf('/') + 1);
}

export function formatSamples(count: number): string {
  return countOf(count, 'sample');
}

/** 30.8%, 0.30%, <0.01%. */
export function formatShare(count: number, total: number): string {
  const percent = total > 0 ? (100 * count) / total : 0;
  if (percent === 0 || percent === 100) return `${percent}%`;
  if (percent < 0.01) return '<0.01%';
  // 99.97 must not be rounded to a whole that it is not.
  return `${percent < 1 ? percent.toFixed(2) : Math.min(percent, 99.9).toFixed(1)}%`;
}

/** What was recorded, as a title: words begin with a capital letter, the name of a file does not. */
export function pictureTitle({ what }: PictureInfo): string {
  return printable(what.replace(/^[a-z](?=[a-z]* )/, (letter) => letter.toUpperCase()));
}

/** When, how long, how often, how many: the line under the title. */
export function describeRecording(info: PictureInfo, samples: number): string {
  const parts = [
    info.startedAt === undefined ? '' : formatTime(info.startedAt),
    info.durationSeconds === undefined ? '' : formatDuration(info.durationSeconds),
    info.hz === undefined ? '' : `${info.hz} Hz`,
    formatSamples(samples),
    info.lost === undefined ? '' : `${formatCount(info.lost)} lost`,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** Local time with its offset, so that it can be read far away and later. */
function formatTime(milliseconds: number): string {
  const offset = -new Date(milliseconds).getTimezoneOffset();
  const local = new Date(milliseconds + offset * 60_000).toISOString();
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  const zone = `${offset < 0 ? '-' : '+'}${twoDigits(hours)}:${twoDigits(minutes)}`;
  return `${local.slice(0, 10)} ${local.slice(11, 19)} ${offset === 0 ? 'UTC' : zone}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** 30 s, 2 min 5 s, 1 h 3 min. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** What is written on a rectangle. */
export function labelOf({ name, note }: Pick<Described, 'name' | 'note'>, columns: number): string {
  return fit(note === undefined ? name : `${MARK} ${name}`, columns);
}

/** Room for less than this says nothing. */
const FEWEST_COLUMNS = 3;

/** As much of a name as fits into so many columns of a fixed-width font; '' when too little does. */
export function fit(name: string, columns: number): string {
  if (columns < FEWEST_COLUMNS) return '';
  if (ASCII.test(name)) return shorten(name, columns);
  const characters = Array.from(name);
  const width = characters.reduce((sum, char) => sum + columnsOf(char), 0);
  if (width <= columns) return name;
  let room = columns - 1;
  const end = characters.findIndex((char) => (room -= columnsOf(char)) < 0);
  return `${characters.slice(0, end).join('')}…`;
}

const ASCII = /^[\x20-\x7e]*$/;

/** East Asian characters, and emoji: all beyond the first plane counts as wide. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60\u{10000}-\u{10ffff}]/u;

function columnsOf(char: string): number {
  return WIDE.test(char) ? 2 : 1;
}
