/**
 * XML that is escaped by construction: `element` is the only way to make markup, and it escapes
 * every attribute and every text given to it, whatever a traced process put there.
 *
 *   String(element('text', { x: 4 }, 'a<b & "c"'))   ->   <text x="4">a&lt;b &amp; &quot;c&quot;</text>
 */
import { printable } from '../core/printable';

/** An attribute that is undefined is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Private on the inside, so that no string can pass for markup. */
class Markup {
  readonly #text: string;

  constructor(name: string, attributes: Attributes, children: readonly (Markup | string)[]) {
    let start = name;
    for (const key in attributes) start += writeAttribute(key, attributes[key]);
    const content = children.map((child) =>
      child instanceof Markup ? child.#text : escape(child),
    );
    this.#text = children.length > 0 ? `<${start}>${content.join('')}</${name}>` : `<${start}/>`;
  }

  toString(): string {
    return this.#text;
  }
}

export type { Markup };

/** Names of elements and attributes are ours; values and texts may come from anywhere. */
export function element(
  name: string,
  attributes: Attributes,
  ...children: readonly (Markup | string)[]
): Markup {
  return new Markup(name, attributes, children);
}

function writeAttribute(key: string, value: string | number | undefined): string {
  if (value === undefined) return '';
  return ` ${key}="${typeof value === 'number' ? value : escape(value)}"`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** XML 1.0 has no way at all to write these. */
const ILLEGAL = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\p{Surrogate}]/gu;

/** Most texts need nothing, and there are thousands. */
const PLAIN = /^[^&<>"\0-\x1f\ud800-\uffff]*$/;

function escape(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(/[&<>"\r]/g, (char) => ENTITIES[char] ?? char).replace(ILLEGAL, visible);
}

function visible(char: string): string {
  return char < ' ' ? printable(char) : '\ufffd';
}
