/** `stack-count convert`: one file into another. */
import { resolve } from 'node:path';
import { NotAFileError, requireFileOrNothing } from '../files/regularFile';
import { TARGETS, type Target } from '../formats/convert';
import { convertedFile } from '../results/convertedFile';
import { UnreadableError } from '../results/storedProfile';
import { describeFileError, replaceFile } from '../results/outputFiles';
import { complain, NOT_WRITTEN, print } from './output';
import { parseOptions } from './parseOptions';
import { UsageError } from './usageError';

export interface ConvertArguments {
  readonly file: string;
  readonly to: Target;
  /** Absent: standard output. */
  readonly output: string | undefined;
}

/** @throws UsageError */
export function readConvertArguments(words: readonly string[]): ConvertArguments | 'help' {
  const { values, positionals } = parseOptions('convert', words, { allowPositionals: true });
  if (values.help) return 'help';
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('convert expects one FILE');
  const to = TARGETS.find((target) => target === values.to);
  if (to) return { file, to, output: values.output };
  throw new UsageError(`--to ${values.to ?? ''}: expected ${TARGETS.join(', ')}`);
}

/** @returns the exit code @throws UsageError */
export async function convertFile({ file, to, output }: ConvertArguments): Promise<number> {
  if (output === undefined) return print(converted(file, to));
  const path = resolve(output);
  requireFile(path, output);
  const text = converted(file, to);
  try {
    replaceFile(path, text);
    return 0;
  } catch (error) {
    complain(`${describeFileError(error, output)}.`);
    return NOT_WRITTEN;
  }
}

/** What is there is replaced: of a link or a device, /dev/stdout among them, that is not wanted. */
function requireFile(path: string, output: string): void {
  try {
    requireFileOrNothing(path);
  } catch (error) {
    // Whatever else is wrong with it, writing says.
    if (!(error instanceof NotAFileError)) return;
    const advice = 'name another file, or leave -o out for standard output';
    throw new UsageError(`-o: ${describeFileError(error, output)}; ${advice}`);
  }
}

function converted(file: string, to: Target): string {
  try {
    return convertedFile(file, to);
  } catch (error) {
    if (error instanceof UnreadableError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}
