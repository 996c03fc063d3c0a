/**
 * Reads JSON of a known shape piece by piece, without building the document: a log of 200 MB takes
 * no more memory than its text, keys keep their order, and an error names its line and its path.
 *
 *   for (const key of json.keys()) values.push(json.wholeNumber());
 */
import { FormatError } from './formatError';
import { quote } from './counts';

export class JsonReader {
  #at = 0;
  readonly #path: string[] = [];

  constructor(private readonly text: string) {}

  /** The keys of an object. The value of each must be read before the next key is requested. */
  *keys(): Generator<string> {
    yield* this.#members('{', '}', () => {
      const key = this.string();
      this.#expect(':');
      return key;
    });
  }

  /** The items of an array, each read by `read`. */
  *list<Item>(read: (position: string) => Item): Generator<Item> {
    let index = 0;
    for (const position of this.#members('[', ']', () => String(index++))) yield read(position);
  }

  string(): string {
    const start = this.#peek() === '"' ? this.#at + 1 : this.#fail('a string');
    let end = this.text.indexOf('"', start);
    while (end > 0 && this.#isEscaped(end)) end = this.text.indexOf('"', end + 1);
    if (end < 0) this.#fail('the end of a string');
    const raw = this.text.slice(start, end);
    const value = PLAIN.test(raw) ? raw : this.#unescape(raw);
    this.#at = end + 1;
    return value;
  }

  wholeNumber(): number {
    const word = this.#word();
    const value = Number(word);
    if (!/^\d+$/.test(word) || !Number.isSafeInteger(value)) this.#fail('a whole number');
    this.#at += word.length;
    return value;
  }

  /** Reads one of these literals. */
  oneOf<Literal extends string>(...literals: Literal[]): Literal {
    const word = this.#word();
    const found = literals.find((literal) => literal === word);
    if (found === undefined) this.#fail(literals.join(' or '));
    this.#at += word.length;
    return found;
  }

  finish(): void {
    if (this.#peek() !== '') this.#fail('the end of the file');
  }

  /** @throws FormatError at the place read last */
  refuse(reason: string): never {
    const where = this.#path.length > 0 ? `${this.#path.map(pathPart).join('.')}: ` : '';
    throw new FormatError(where + reason, this.line);
  }

  get line(): number {
    let line = 1;
    for (let i = -1; (i = this.text.indexOf('\n', i + 1)) >= 0 && i < this.#at;) line++;
    return line;
  }

  *#members(open: string, close: string, next: () => string): Generator<string> {
    this.#expect(open);
    if (this.#skip(close)) return;
    do {
      const name = next();
      this.#path.push(name);
      yield name;
      this.#path.pop();
    } while (this.#skip(','));
    this.#expect(close);
  }

  #peek(): string {
    while (BLANK.has(this.text.charCodeAt(this.#at))) this.#at++;
    return this.text.charAt(this.#at);
  }

  #skip(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }

  #expect(char: string): void {
    if (!this.#skip(char)) this.#fail(`"${char}"`);
  }

  #word(): string {
    this.#peek();
    return /^[\w+.-]*/.exec(this.text.slice(this.#at, this.#at + 40))?.[0] ?? '';
  }

  #isEscaped(end: number): boolean {
    let slashes = 0;
    while (this.text.charAt(end - 1 - slashes) === '\\') slashes++;
    return slashes % 2 === 1;
  }

  #unescape(raw: string): string {
    try {
      return JSON.parse(`"${raw}"`) as string;
    } catch {
      return this.refuse(`${quote(raw)} is not a valid string`);
    }
  }

  #fail(expected: string): never {
    this.#peek();
    const rest = this.text.slice(this.#at, this.#at + 20).split('\n')[0] ?? '';
    const found = this.#at >= this.text.length ? 'the end of the file' : quote(rest);
    return this.refuse(`expected ${expected}, found ${found}`);
  }
}

const BLANK: ReadonlySet<number> = new Set([32, 10, 13, 9]);

/** A string without escapes or forbidden characters. */
const PLAIN = /^[^\\\0-\x1f]*$/;

function pathPart(name: string): string {
  return /^\w+$/.test(name) ? name : quote(name);
}
