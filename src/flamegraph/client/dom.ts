/**
 * The few ways in which the script of a picture touches the document. Text goes in as text and
 * attributes as attributes: there is no path from a name to markup.
 */

const SVG = 'http://www.w3.org/2000/svg';
const XHTML = 'http://www.w3.org/1999/xhtml';

export type Attributes = Readonly<Record<string, string | number>>;

export function byId<Kind extends SVGElement = SVGElement>(id: string): Kind {
  return document.getElementById(id) as unknown as Kind;
}

export function set(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

export function make<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes,
  text = '',
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(SVG, name);
  set(element, attributes);
  element.textContent = text;
  return element;
}

export function makeInput(attributes: Attributes): HTMLInputElement {
  const input = document.createElementNS(XHTML, 'input') as HTMLInputElement;
  set(input, attributes);
  return input;
}

/** The picture: the whole document when it was opened by itself, a part of it in an editor's tab. */
export function picture(): SVGElement {
  const root: Element = document.documentElement;
  return (root instanceof SVGElement ? root : document.querySelector('svg')) as SVGElement;
}
