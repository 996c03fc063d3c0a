/** Checks which of the files a process runs code from can name their functions. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { printable } from '../../core/printable';
import { findDebugSymbols } from '../../symbols/debugFile';
import { readElf } from '../../symbols/elf';
import { openMapped } from '../../symbols/mappedFile';
import { moduleOf, parseMaps, type Mapping } from '../../symbols/maps';
import { rootOf } from '../../symbols/procfs';
import { row, type Row } from '../row';

const SUBJECT = {
  id: 'debug-symbols',
  title: 'Debug symbols',
  why: 'Function names come from symbol tables. A stripped file names only what others link to, so frames show [unknown] or the nearest exported function.',
};
const FIX =
  'Install the debug packages (Debian: libc6-dbg and PACKAGE-dbgsym; Fedora: dnf debuginfo-install PACKAGE), or stop stripping your own builds.';
const MAX_FILES = 200;
const SHOWN = 8;

/** Functions a file names: `full` is all, `exported` those that others link to. */
export type SymbolLevel = 'full' | 'exported' | 'none' | 'unreadable';

export function checkDebugSymbols(pids: readonly number[]): Row {
  const levels = new Map<string, SymbolLevel>();
  const unread = pids.filter((pid) => !readProcess(pid, levels));
  return symbolsRow(levels, pids, unread);
}

export function symbolsRow(
  levels: ReadonlyMap<string, SymbolLevel>,
  pids: readonly number[],
  unread: readonly number[],
): Row {
  const of = (level: SymbolLevel) => [...levels].filter(([, each]) => each === level);
  const stripped = [...of('none'), ...of('exported')].map(([file]) => printable(basename(file)));
  const details = unread.map((pid) => `You may not read the mappings of process ${pid}.`);
  if (levels.size === 0) return row(SUBJECT, 'unknown', 'No file could be examined.', { details });
  const whose = `the ${levels.size} files that ${owners(pids)}`;
  if (stripped.length === 0) return row(SUBJECT, 'ok', `All of ${whose} have them.`, { details });
  const names = `${stripped.slice(0, SHOWN).join(', ')}${stripped.length > SHOWN ? ', …' : ''}`;
  const finding = `${stripped.length} of ${whose} name their exported functions at best: ${names}.`;
  return row(SUBJECT, 'note', finding, { details, fix: FIX });
}

function owners([first, ...others]: readonly number[]): string {
  if (others.length > 0) return 'these processes run';
  return first === process.pid ? 'Stack Count itself runs' : `process ${first} runs`;
}

function readProcess(pid: number, levels: Map<string, SymbolLevel>): boolean {
  const text = readMaps(pid);
  if (text === undefined) return false;
  const files = parseMaps(text).filter(({ executable, inode }) => executable && inode !== '0');
  for (const mapping of files) {
    const module = moduleOf(mapping);
    if (levels.size < MAX_FILES && !levels.has(module)) levels.set(module, levelOf(mapping, pid));
  }
  return files.length > 0;
}

function readMaps(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'latin1');
  } catch {
    return undefined;
  }
}

function levelOf(mapping: Mapping, pid: number): SymbolLevel {
  const opened = openMapped(mapping, { pid, root: rootOf(pid), seenMs: Date.now() });
  if (!opened.ok) return 'unreadable';
  const { file, path, root } = opened.value;
  try {
    const elf = readElf(file);
    if (!elf.ok) return 'unreadable';
    const search = { path, root, directory: '/usr/lib/debug' };
    if (elf.value.readSymbols('full').ok || findDebugSymbols(elf.value, search)) return 'full';
    return elf.value.readSymbols('dynamic').ok ? 'exported' : 'none';
  } finally {
    file.close();
  }
}
