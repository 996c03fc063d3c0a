/**
 * Puts a limit on the memory of a WebAssembly module. C++ names refer back to parts of themselves,
 * so 240 bytes of a hostile one demangle to gigabytes: 1 GB and 9 s were measured. Where memory ends
 * the code traps, and that is soon. The module declares no limit, so we write one into it.
 */

const MEMORY_SECTION = 5;
const HEADER_BYTES = 8;

interface Section {
  readonly id: number;
  readonly at: number;
  readonly content: number;
  readonly end: number;
}

/**
 * The module with at most `pages` of 64 KB. `undefined` when it has not just one memory of its own
 * with less than that to begin with, in the one-byte forms that compilers write. (WebAssembly core
 * specification, 5.5.8 "Memory Section": `05 size count flags minimum`.)
 */
export function limitMemory(module: Buffer, pages: number): Buffer | undefined {
  const memory = sectionsOf(module).find(({ id }) => id === MEMORY_SECTION);
  if (!memory) return undefined;
  const [count, flags, minimum] = module.subarray(memory.content, memory.end);
  const isPlain = memory.end - memory.content === 3 && count === 1 && flags === 0;
  if (!isPlain || minimum === undefined || minimum > pages) return undefined;
  const limits = [1, 1, minimum, ...leb128(pages)];
  const section = Buffer.from([MEMORY_SECTION, limits.length, ...limits]);
  return Buffer.concat([module.subarray(0, memory.at), section, module.subarray(memory.end)]);
}

function sectionsOf(module: Buffer): Section[] {
  const sections: Section[] = [];
  for (let at = HEADER_BYTES; at < module.length;) {
    const { value: size, next: content } = readLeb128(module, at + 1);
    const section = { id: module[at]!, at, content, end: content + size };
    sections.push(section);
    at = section.end;
  }
  return sections;
}

function readLeb128(bytes: Buffer, from: number): { value: number; next: number } {
  let value = 0;
  let at = from;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return { value, next: at };
}

function leb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >>> 7)];
}
