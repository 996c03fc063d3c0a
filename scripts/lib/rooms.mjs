// The rooms of the project and who may import whom, as rooms.json has them. The lint rule, the
// architecture test and the code map of ARCHITECTURE.md all come from here.
import { readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, resolve } from 'node:path';
import { REPOSITORY } from './paths.mjs';

/**
 * @typedef {object} Room
 * @property {string} holds what is in it
 * @property {string[]} imports rooms it may import from, besides itself; `src/*` is all of src
 * @property {boolean} [pure] no module of Node.js, no clock, no other process
 * @property {boolean} [vscode] may import vscode
 */

/** @type {Readonly<Record<string, Room>>} */
export const ROOMS = JSON.parse(readFileSync(join(REPOSITORY, 'scripts', 'rooms.json'), 'utf8'));

/** The room a file is in; undefined for files beside all rooms. @param {string} file */
export function roomOf(file) {
  const path = relative(REPOSITORY, resolve(REPOSITORY, file));
  const names = Object.keys(ROOMS).filter((name) => path.startsWith(`${name}/`));
  return names.sort((a, b) => b.length - a.length)[0];
}

/**
 * Why this file may not import that; undefined when it may.
 *
 * @param {string} file
 * @param {string} specifier as it stands in the import
 */
export function forbidden(file, specifier) {
  const from = roomOf(file);
  if (from === undefined) return undefined;
  return specifier.startsWith('.')
    ? forbiddenRoom(from, normalize(join(dirname(file), specifier)))
    : forbiddenModule(from, specifier);
}

/** @param {string} from @param {string} target */
function forbiddenRoom(from, target) {
  const to = roomOf(target);
  if (to === undefined || to === from || importsOf(from).includes(to)) return undefined;
  return `${from} may not import ${to}: see scripts/rooms.json.`;
}

/** @param {string} from @param {string} module */
function forbiddenModule(from, module) {
  const room = ROOMS[from];
  if (module === 'vscode' && !room?.vscode) return `${from} may not import vscode.`;
  if (room?.pure && /^(node:|execa$)/.test(module)) return `${from} is pure: no ${module}.`;
  return undefined;
}

/** All rooms this one may import from. @param {string} name */
export function importsOf(name) {
  return (ROOMS[name]?.imports ?? []).flatMap((each) =>
    each === 'src/*' ? Object.keys(ROOMS).filter((room) => room.startsWith('src/')) : [each],
  );
}

/** The code map of ARCHITECTURE.md: a row for each room. */
export function codeMap() {
  const rows = Object.entries(ROOMS).map(([name, { holds, imports }]) => [
    `\`${name}/\``,
    holds,
    imports.map((each) => (each === 'src/*' ? '`src/*`' : each.replace('src/', ''))).join(', '),
  ]);
  return table([['folder', 'what is in it', 'may import'], ...rows]);
}

/** As prettier writes it. @param {string[][]} rows */
function table(rows) {
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const line = (/** @type {string[]} */ row) =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows.map(line);
  return [head, line(widths.map((width) => '-'.repeat(width))), ...body].join('\n');
}
