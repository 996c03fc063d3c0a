/** A file of stacks in another format, with names demangled for people. */
import { basename } from 'node:path';
import { convert, type Target } from '../formats/convert';
import { Demangler } from '../symbols/demangle';
import { bytesOf, readOrExplain } from './storedProfile';

/** @throws UnreadableError */
export function convertedFile(file: string, to: Target): string {
  const demangler = new Demangler();
  const demangle = (symbol: string): string => demangler.demangle(symbol, file);
  const title = basename(file);
  return readOrExplain(() => convert(bytesOf(file), to, { title, demangle }).text);
}
