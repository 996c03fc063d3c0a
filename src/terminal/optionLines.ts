/** The lines of a help text that list options. */
import { optionsOf, type Command, type Option, type Section } from './options';

const WIDTH = 100;

/** @param column where the sentences begin */
export function optionLines(command: Command, section: Section, column = 22): string {
  return optionsOf(command)
    .filter((option) => option.section === section)
    .flatMap((option) => linesOf(option, column))
    .join('\n');
}

function linesOf(option: Option, column: number): string[] {
  const sentence = option.help === '' ? [] : wrap(option.help, WIDTH - column);
  const texts = [...sentence, ...choiceLines(option, WIDTH - column)];
  return texts.map((text, at) => (at === 0 ? nameOf(option) : '').padEnd(column) + text);
}

function nameOf({ short, name, value }: Option): string {
  const shortName = short === undefined ? '      ' : `  -${short}, `;
  return `${shortName}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function choiceLines({ choices = {}, default: fallback }: Option, width: number): string[] {
  const column = Math.max(...Object.keys(choices).map((choice) => choice.length)) + 2;
  return Object.entries(choices).flatMap(([choice, meaning]) => {
    const sentence = choice === fallback ? `${meaning} (default)` : meaning;
    const lines = wrap(sentence, width - column);
    return lines.map((line, at) => (at === 0 ? choice : '').padEnd(column) + line);
  });
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > width && line !== '') lines.push(line);
    line = longer.length > width ? word : longer;
  }
  return [...lines, line];
}
