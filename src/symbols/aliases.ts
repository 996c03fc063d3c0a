/**
 * One function may have many names: `pread`, `pread64` and `__pread64` are one address of glibc.
 * Which one stands in a stack must not depend on the order of the table, so the first of these
 * rules that tells two apart decides:
 * 1. a name with a size over one without, and a function over a symbol without type;
 * 2. fewer leading underscores: `write`, which people call, over `__write`;
 * 3. global over weak over local;
 * 4. the shorter name, then the one that is first in the alphabet.
 */
import type { StringTable } from './stringTable';
import type { Work } from './work';

const FIRST_CAPACITY = 4_096;

/** Symbols side by side: one column for each of their properties. */
export class Candidates {
  length = 0;
  addresses = new Float64Array(FIRST_CAPACITY);
  sizes = new Float64Array(FIRST_CAPACITY);
  /** Offsets into the strings. */
  names = new Uint32Array(FIRST_CAPACITY);
  /** `st_info`: binding in the upper, type in the lower four bits. */
  infos = new Uint8Array(FIRST_CAPACITY);

  /** Room for one more. A table may hold a hundred million symbols, of which none is a function. */
  grow(): void {
    if (this.length < this.infos.length) return;
    const capacity = 2 * this.length;
    this.addresses = longer(this.addresses, new Float64Array(capacity));
    this.sizes = longer(this.sizes, new Float64Array(capacity));
    this.names = longer(this.names, new Uint32Array(capacity));
    this.infos = longer(this.infos, new Uint8Array(capacity));
  }
}

function longer<T extends Float64Array | Uint32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

const STT_NOTYPE = 0;
const STB_LOCAL = 0;
const STB_WEAK = 2;

/**
 * A key is an address, relative to the lowest, and below it the symbol's index: sorting bare
 * numbers needs no call for each comparison. 2^32 bytes of code times 2^21 symbols are 53 bits,
 * which is what a double holds exactly.
 */
export const MAX_CANDIDATES = 2 ** 21;
const MAX_CODE_SPAN = 2 ** 32;
const AT_A_TIME = 32_768;

/** Indices of the best symbol of every address, ascending by address. */
export function* chooseAliases(candidates: Candidates, strings: StringTable): Work<number[]> {
  const keys = sortedKeys(candidates);
  const chosen: number[] = [];
  let address = -1;
  for (let i = 0; i < keys.length; i++) {
    const relative = Math.floor(keys[i]! / MAX_CANDIDATES);
    const symbol = keys[i]! - relative * MAX_CANDIDATES;
    if (relative !== address) chosen.push(symbol);
    else if (isBetter(candidates, strings, symbol, chosen.at(-1)!)) chosen.splice(-1, 1, symbol);
    address = relative;
    if (i % AT_A_TIME === 0) yield strings.takeRead();
  }
  return chosen;
}

/** Code more than 4 GB behind the first has no names; no linker lays it out like that. */
function sortedKeys({ addresses, length }: Candidates): Float64Array {
  let lowest = Infinity;
  for (let symbol = 0; symbol < length; symbol++) lowest = Math.min(lowest, addresses[symbol]!);
  const keys = new Float64Array(length);
  let count = 0;
  for (let symbol = 0; symbol < length; symbol++) {
    const relative = addresses[symbol]! - lowest;
    if (relative < MAX_CODE_SPAN) keys[count++] = relative * MAX_CANDIDATES + symbol;
  }
  return keys.subarray(0, count).sort();
}

function isBetter(candidates: Candidates, strings: StringTable, a: number, b: number): boolean {
  const byKind = kindRank(candidates, a) - kindRank(candidates, b);
  if (byKind !== 0) return byKind < 0;
  const [nameA, nameB] = [candidates.names[a]!, candidates.names[b]!];
  const byUnderscores = underscores(strings, nameA) - underscores(strings, nameB);
  if (byUnderscores !== 0) return byUnderscores < 0;
  const byBinding = bindingRank(candidates.infos[a]!) - bindingRank(candidates.infos[b]!);
  if (byBinding !== 0) return byBinding < 0;
  const [bytesA, bytesB] = [strings.bytes(nameA, TOLD_APART), strings.bytes(nameB, TOLD_APART)];
  return (bytesA.length - bytesB.length || bytesA.compare(bytesB)) < 0;
}

function kindRank(candidates: Candidates, symbol: number): number {
  const unsized = candidates.sizes[symbol] === 0 ? 2 : 0;
  return unsized + ((candidates.infos[symbol]! & 15) === STT_NOTYPE ? 1 : 0);
}

function bindingRank(info: number): number {
  const binding = info >>> 4;
  if (binding === STB_LOCAL) return 2;
  return binding === STB_WEAK ? 1 : 0;
}

/** Bytes that tell names apart; a million aliases of endless length must not take for ever. */
const TOLD_APART = 256;

/** At most 16 are told apart, however long a hostile name is. */
function underscores(strings: StringTable, name: number): number {
  const bytes = strings.bytes(name, 16);
  let count = 0;
  while (bytes[count] === 0x5f /* _ */) count++;
  return count;
}
