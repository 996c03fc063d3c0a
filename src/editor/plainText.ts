/** Names that a process or a file chose, made safe for a message of VS Code. Pure. */
import { printable } from '../core/printable';

/** VS Code makes a link of `[words](command:…)` in a message, and the link runs what it says. */
export function plainText(text: string): string {
  return printable(text).replaceAll('](', '] (');
}
