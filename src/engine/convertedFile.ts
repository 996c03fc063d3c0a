/** A file of stacks in another format, with names demangled for people. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { convert, type Target } from '../formats/convert';
import { Demangler } from '../symbols/demangle';
import { readOrExplain } from './storedProfile';

/** @throws UnreadableError */
export function convertedFile(file: string, to: Target): string {
  const demangler = new Demangler();
  const demangle = (symbol: string): string => demangler.demangle(symbol, file);
  const title = basename(file);
  return readOrExplain(() => convert(readFileSync(file), to, { title, demangle }).text);
}
