/**
 * Text that a traced process chose (its name, its symbols, its paths), made safe to show in a
 * terminal, a log or a label: control characters could move the cursor or hide what is there, and
 * bidirectional ones could make a name read as another.
 */

// C0 and C1 controls, DEL, bidirectional marks and overrides, line and paragraph separators.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Each unsafe character becomes its escape, as `\x1b` or `\u202e`. */
export function printable(text: string): string {
  return text.replace(UNSAFE, (char) => {
    const code = char.charCodeAt(0);
    const hex = code.toString(16);
    return code < 256 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });
}

/** At most `length` characters, the cut marked with an ellipsis. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
