/** `stack-count convert`: one file into another. */
import { parseArgs } from 'node:util';
import { TARGETS, type Target } from '../formats/convert';
import { convertedFile } from '../engine/convertedFile';
import { UnreadableError } from '../engine/storedProfile';
import { describeFileError, writeWhole } from '../engine/outputFiles';
import { UsageError } from './usageError';

export interface ConvertArguments {
  readonly file: string;
  readonly to: Target;
  /** Absent: standard output. */
  readonly output: string | undefined;
}

const OPTIONS = {
  to: { type: 'string' },
  output: { type: 'string', short: 'o' },
  help: { type: 'boolean', short: 'h' },
} as const;

const NOT_WRITTEN = 1;

/** @throws UsageError */
export function readConvertArguments(words: readonly string[]): ConvertArguments | 'help' {
  const { values, positionals } = parse(words);
  if (values.help) return 'help';
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('convert expects one FILE');
  const to = TARGETS.find((target) => target === values.to);
  if (to) return { file, to, output: values.output };
  throw new UsageError(`--to ${values.to ?? ''}: expected ${TARGETS.join(', ')}`);
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new UsageError(sentence.replace(/\.$/, ''));
  }
}

/** @returns the exit code @throws UsageError */
export function convertFile({ file, to, output }: ConvertArguments): number {
  const text = converted(file, to);
  if (output === undefined) {
    process.stdout.write(text);
    return 0;
  }
  try {
    writeWhole(output, [text]);
    return 0;
  } catch (error) {
    process.stderr.write(`stack-count: ${describeFileError(error, output)}.\n`);
    return NOT_WRITTEN;
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
