/** A file of stacks in another format, with names demangled for people. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { convert, type Target } from '../formats/convert';
import { FormatError } from '../formats/formatError';
import { Demangler } from '../symbols/demangle';

/** Why a file could not be converted, to be put behind its name: `: line 3: ...`. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** @throws UnreadableError */
export function convertedFile(file: string, to: Target): string {
  const demangler = new Demangler();
  const demangle = (symbol: string): string => demangler.demangle(symbol, file);
  try {
    return convert(readFileSync(file), to, { title: basename(file), demangle }).text;
  } catch (error) {
    if (error instanceof FormatError) throw new UnreadableError(error.message);
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UnreadableError(`it can not be read (${code})`);
  }
}
