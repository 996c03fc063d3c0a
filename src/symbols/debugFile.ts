/**
 * Finds the file with the symbols that a distribution stripped off a program or library, in the
 * places gdb looks (its manual, "Separate Debug Files"): by build id under /usr/lib/debug, and by
 * debuglink next to the file, in `.debug/` there, and under /usr/lib/debug. A file is used only if
 * it proves, by the same build id or the CRC of the link, that it belongs.
 */
import { posix } from 'node:path';
import { crc32 } from './crc32';
import { readElf, type ElfFile } from './elf';
import { openRegular, type RegularFile } from './fileAccess';
import type { SymbolTable } from './symbolTable';
import { finish, type Work } from './work';

/** A CRC takes reading the whole file. Larger ones come from linkers that write build ids. */
const MAX_CRC_BYTES = 64 * 2 ** 20;

export interface DebugSearch {
  /** Binary text: where the file is from its own process's point of view. */
  readonly path: string;
  /** What to put before each path: '', or `/proc/<pid>/root` for a process in a container. */
  readonly root: string;
  /** `/usr/lib/debug` */
  readonly directory: string;
}

interface Place {
  readonly path: string;
  readonly isOurs: (file: RegularFile, debug: ElfFile) => Work<boolean>;
}

export function findDebugSymbols(elf: ElfFile, search: DebugSearch): SymbolTable | undefined {
  return finish(debugSymbols(elf, search));
}

/** The same in steps. */
export function* debugSymbols(elf: ElfFile, search: DebugSearch): Work<SymbolTable | undefined> {
  for (const place of [...placesByBuildId(elf, search), ...placesByLink(elf, search)]) {
    const symbols = yield* symbolsAt(place, search);
    if (symbols) return symbols;
  }
  return undefined;
}

/** `/usr/lib/debug/.build-id/ab/cdef….debug` */
function placesByBuildId({ buildId }: ElfFile, { directory }: DebugSearch): Place[] {
  if (!buildId || buildId.length < 4) return [];
  const path = `${directory}/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;

  const isOurs: Place['isOurs'] = function* (_, debug) {
    return debug.buildId === buildId;
  };
  return [{ path, isOurs }];
}

function placesByLink({ debugLink, buildId }: ElfFile, search: DebugSearch): Place[] {
  if (!debugLink) return [];
  const beside = posix.dirname(search.path);
  const isOurs: Place['isOurs'] = function* (file, debug) {
    if (buildId !== undefined && debug.buildId !== undefined) return debug.buildId === buildId;
    return file.size <= MAX_CRC_BYTES && (yield* crc32(file)) === debugLink.crc;
  };
  return [beside, `${beside}/.debug`, `${search.directory}${beside}`].map((folder) => ({
    path: `${folder}/${debugLink.name}`,
    isOurs,
  }));
}

/** Distributions link build ids to files; such links we follow in our own system directory only. */
function* symbolsAt(place: Place, { root, directory }: DebugSearch): Work<SymbolTable | undefined> {
  const isSystem = root === '' && place.path.startsWith(`${directory}/`);
  const file = openRegular(root + place.path, isSystem ? 'follow' : 'refuse');
  if (!file.ok) return undefined;
  try {
    const debug = readElf(file.value);
    if (!debug.ok || !(yield* place.isOurs(file.value, debug.value))) return undefined;
    const symbols = yield* debug.value.symbols('full');
    return symbols.ok ? symbols.value : undefined;
  } finally {
    file.value.close();
  }
}
