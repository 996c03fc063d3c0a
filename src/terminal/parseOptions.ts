/** Parses the words behind a command by the table of options. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { optionsOf, type Command, type Option, type Values } from './options';
import { UsageError } from './usageError';

interface Parsed<C extends Command> {
  readonly values: Values<C>;
  readonly positionals: readonly string[];
}

/** @throws UsageError naming the option that is unknown or lacks its value */
export function parseOptions<C extends Command>(
  command: C,
  words: readonly string[],
  { allowPositionals }: { readonly allowPositionals: boolean },
): Parsed<C> {
  const options = Object.fromEntries(optionsOf(command).map((one) => [one.name, config(one)]));
  try {
    // The types cannot follow a table into parseArgs: Values is computed from the same table.
    return parseArgs({ args: [...words], options, allowPositionals }) as unknown as Parsed<C>;
  } catch (error) {
    // Node's first sentence names the option; its advice on positionals does not apply here.
    const [sentence = ''] = (error as Error).message.split('. ');
    throw new UsageError(sentence.replace(/\.$/, ''));
  }
}

type Config = NonNullable<ParseArgsConfig['options']>[string];

function config(option: Option): Config {
  const short = option.short === undefined ? {} : { short: option.short };
  if (option.value === undefined) return { type: 'boolean', default: false, ...short };
  const fallback = option.default === undefined ? {} : { default: option.default };
  return { type: 'string', multiple: option.multiple ?? false, ...fallback, ...short };
}
