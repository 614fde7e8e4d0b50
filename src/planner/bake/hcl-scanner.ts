import { HclError, type HclExpression } from './hcl-syntax.ts';

const SPACES = /(?:[ \t\r]+|#.*|\/\/.*|\/\*[\s\S]*?\*\/)*/y;
const SPACES_AND_LINES = /(?:\s+|#.*|\/\/.*|\/\*[\s\S]*?\*\/)*/y;
const IDENTIFIER = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const HEREDOC = /<<(-?)([\p{L}_][\p{L}\p{N}_-]*)[ \t]*\r?\n/uy;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

/** Reads the words of HCL, and the texts of its templates. */
export abstract class HclScanner {
  protected at = 0;
  readonly #text: string;
  /** Whether line breaks are spaces, as within brackets. */
  #ignoresLines = false;

  constructor(text: string) {
    this.#text = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  }

  abstract expression(): HclExpression;

  protected isAtEnd(): boolean {
    return this.at >= this.#text.length;
  }

  /** Throws the error of an unexpected character. */
  protected fail(): never {
    const found = this.isAtEnd()
      ? 'The file ends too early'
      : `Not expected: ${this.#text.slice(this.at, this.at + 10)}`;
    throw new HclError(found, Math.min(this.at, this.#text.length - 1));
  }

  /** Skips spaces and comments: with line breaks, without, or as the brackets demand. */
  protected skip(what: 'all' | 'spaces' | 'inner' = 'all'): void {
    const withLines = what === 'all' || (what === 'inner' && this.#ignoresLines);
    this.#match(withLines ? SPACES_AND_LINES : SPACES);
  }

  /** Parses within brackets, where line breaks are spaces, or within those of a map, where they are not. */
  protected within<T>(parse: () => T, ignoresLines = true): T {
    const before = this.#ignoresLines;
    this.#ignoresLines = ignoresLines;
    const result = parse();
    this.skip('inner');
    this.#ignoresLines = before;
    return result;
  }

  protected looksAt(token: string): boolean {
    return this.#text.startsWith(token, this.at);
  }

  protected take(token: string): boolean {
    if (!this.looksAt(token)) return false;
    this.at += token.length;
    return true;
  }

  protected expect(token: string): void {
    if (!this.take(token)) this.fail();
  }

  /** Takes a whole identifier. */
  protected takeWord(word: string): boolean {
    const start = this.at;
    if (this.#match(IDENTIFIER) === word) return true;
    this.at = start;
    return false;
  }

  protected identifier(): string {
    return this.#match(IDENTIFIER) || this.fail();
  }

  protected number(): number | undefined {
    const text = this.#match(NUMBER);
    return text === '' ? undefined : Number(text);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.at += found.length;
    return found;
  }

  /** Parses a template: a text in quotes, a heredoc, or all of the text. A single `${}` keeps the type of its value. */
  template(form: 'quoted' | 'heredoc' | 'raw'): HclExpression {
    const heredoc = form === 'heredoc' ? this.#heredocStart() : undefined;
    if (form === 'quoted') this.expect('"');
    const end = heredoc?.end ?? this.#text.length;
    const parts: HclExpression[] = [];
    let literal = '';
    const flush = () => {
      if (literal !== '') parts.push({ kind: 'literal', value: literal });
      literal = '';
    };
    while (form === 'quoted' ? !this.looksAt('"') : this.at < end) {
      if (this.isAtEnd()) this.fail();
      if (this.take('$${')) literal += '${';
      else if (this.take('%%{')) literal += '%{';
      else if (this.looksAt('%{')) throw new HclError('A template with %{ } is not read', this.at);
      else if (this.take('${')) {
        flush();
        this.take('~');
        parts.push(this.within(() => this.expression()));
        this.take('~');
        this.expect('}');
      } else if (form === 'quoted' && this.take('\\')) literal += this.#escape();
      else literal += this.#text[this.at++] ?? '';
    }
    flush();
    if (form === 'quoted') this.expect('"');
    if (heredoc) this.at = heredoc.next;
    const texts = heredoc?.isIndented ? withoutIndent(parts) : parts;
    const [only] = texts;
    if (only === undefined) return { kind: 'literal', value: '' };
    return texts.length === 1 && form !== 'heredoc' ? only : { kind: 'template', parts: texts };
  }

  #escape(): string {
    const char = this.#text[this.at++] ?? '';
    const digits = char === 'u' ? 4 : char === 'U' ? 8 : 0;
    if (digits === 0) return ESCAPES[char] ?? this.fail();
    const code = Number.parseInt(this.#text.slice(this.at, this.at + digits), 16);
    this.at += digits;
    return code <= 0x10ffff ? String.fromCodePoint(code) : this.fail();
  }

  #heredocStart() {
    HEREDOC.lastIndex = this.at;
    const [start, dash, word] = HEREDOC.exec(this.#text) ?? this.fail();
    this.at += start.length;
    const close = new RegExp(`^[ \\t]*${word}[ \\t]*\\r?$`, 'm');
    const found = close.exec(this.#text.slice(this.at));
    if (!found) this.fail();
    const end = this.at + found.index;
    return { end, next: end + found[0].length, isIndented: dash === '-' };
  }
}

/** Removes the indent that all lines of a heredoc `<<-` have. */
function withoutIndent(parts: readonly HclExpression[]): readonly HclExpression[] {
  const text = parts.map((part) => (part.kind === 'literal' ? String(part.value) : 'x')).join('');
  const indents = text
    .split('\n')
    .flatMap((line) => (line.trim() === '' ? [] : [/^[ \t]*/.exec(line)?.[0].length ?? 0]));
  const indent = new RegExp(`(^|\\n)[ \\t]{0,${indents.length === 0 ? 0 : Math.min(...indents)}}`, 'g');
  return parts.map((part, i) => {
    if (part.kind !== 'literal') return part;
    const value = String(part.value).replace(indent, (found, start, at) =>
      start === '' && (i > 0 || at > 0) ? found : start,
    );
    return { kind: 'literal', value };
  });
}
