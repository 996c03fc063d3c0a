/**
 * The mappings of a process that code may be in, found by address. A process may have 65,000 of them
 * without any right, so neighbours that say the same are one, and the rest is columns of numbers.
 */
import { isAnonymous, mappingsIn, mayHoldCode, type Mapping } from './maps';

/** A process with a path of 4 KB in each of its mappings gets no more than this: the first ones. */
const MAX_BYTES = 8 * 2 ** 20;
/** Four numbers of 8 bytes, one of 4 and a flag. */
const BYTES_EACH = 37;
/** What one more file takes beside its name. */
const FILE_BYTES = 200;

type MappedThing = Pick<Mapping, 'device' | 'inode' | 'name'>;

export class MappingTable {
  readonly #starts: Float64Array;
  readonly #ends: Float64Array;
  readonly #printedEnds: Float64Array;
  readonly #offsets: Float64Array;
  readonly #executable: Uint8Array;
  readonly #things: readonly MappedThing[];
  readonly #thingOf: Uint32Array;
  /** Memory in which a JIT may put code, or has put it. */
  readonly hasGeneratedCode: boolean;
  readonly byteLength: number;

  constructor(text: string) {
    const found = new Columns(text);
    this.#starts = new Float64Array(found.starts);
    this.#ends = new Float64Array(found.ends);
    this.#printedEnds = new Float64Array(found.printedEnds);
    this.#offsets = new Float64Array(found.offsets);
    this.#executable = new Uint8Array(found.executable);
    this.#thingOf = new Uint32Array(found.thingOf);
    this.#things = found.things.list;
    this.hasGeneratedCode = found.hasGeneratedCode;
    this.byteLength = BYTES_EACH * found.starts.length + found.things.byteLength;
  }

  /** How many there are, neighbours being one. */
  get size(): number {
    return this.#starts.length;
  }

  find(address: number): Mapping | undefined {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    return low > 0 && address < this.#ends[low - 1]! ? this.#at(low - 1) : undefined;
  }

  #at(index: number): Mapping {
    return {
      start: this.#starts[index]!,
      end: this.#ends[index]!,
      printedEnd: this.#printedEnds[index]!,
      offset: this.#offsets[index]!,
      executable: this.#executable[index] === 1,
      ...this.#things[this.#thingOf[index]!]!,
    };
  }
}

/** What is mapped: many mappings are of the same few files. */
class Things {
  readonly list: MappedThing[] = [];
  readonly #positions = new Map<string, number>();
  byteLength = 0;
  #last = 0;

  indexOf(thing: MappedThing): number {
    // Mostly the one before, or the one before that: two that alternate.
    for (const at of [this.#last, this.#last - 1]) if (isSame(this.list[at], thing)) return at;
    return (this.#last = this.#find(thing));
  }

  #find({ device, inode, name }: MappedThing): number {
    const key = `${device} ${inode} ${name}`;
    const known = this.#positions.get(key);
    if (known !== undefined) return known;
    this.#positions.set(key, this.list.length);
    this.byteLength += FILE_BYTES + name.length;
    return this.list.push({ device, inode, name }) - 1;
  }
}

function isSame(a: MappedThing | undefined, b: MappedThing): boolean {
  return a !== undefined && a.name === b.name && a.inode === b.inode && a.device === b.device;
}

/** The columns while they grow. */
class Columns {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly printedEnds: number[] = [];
  readonly offsets: number[] = [];
  readonly executable: number[] = [];
  readonly thingOf: number[] = [];
  readonly things = new Things();
  hasGeneratedCode = false;
  #last: Mapping | undefined;

  constructor(text: string) {
    for (const mapping of ascending(text)) {
      if (mapping.executable && isAnonymous(mapping)) this.hasGeneratedCode = true;
      if (this.#last && goesOn(this.#last, this.ends.at(-1), mapping)) this.#extend(mapping.end);
      else if (!this.#add(mapping)) return;
    }
  }

  #extend(end: number): void {
    this.ends[this.ends.length - 1] = end;
  }

  /** False when there is no room for more. */
  #add(mapping: Mapping): boolean {
    const thing = this.things.indexOf(mapping);
    if (BYTES_EACH * (this.starts.length + 1) + this.things.byteLength > MAX_BYTES) return false;
    this.starts.push(mapping.start);
    this.ends.push(mapping.end);
    this.printedEnds.push(mapping.end);
    this.offsets.push(mapping.offset);
    this.executable.push(Number(mapping.executable));
    this.thingOf.push(thing);
    this.#last = mapping;
    return true;
  }
}

/** The kernel prints them so; a text that was torn may be otherwise. */
function ascending(text: string): Mapping[] {
  const mappings: Mapping[] = [];
  let isSorted = true;
  for (const mapping of mappingsIn(text)) {
    if (!mayHoldCode(mapping)) continue;
    isSorted &&= mapping.start >= (mappings.at(-1)?.start ?? 0);
    mappings.push(mapping);
  }
  return isSorted ? mappings : mappings.sort((a, b) => a.start - b.start);
}

/**
 * Whether the one begins where the other ends, and an address says the same in both: the bytes of a
 * file go on, too. Memory without a file has no more than its name, and a JIT changes its
 * permissions all the time.
 */
function goesOn(last: Mapping, end: number | undefined, next: Mapping): boolean {
  const { device, inode, name } = last;
  if (device !== next.device || inode !== next.inode || name !== next.name) return false;
  if (next.start !== end) return false;
  if (isAnonymous(last)) return true;
  return inode !== '0' && next.start - next.offset === last.start - last.offset;
}
