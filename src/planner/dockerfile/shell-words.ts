import { MAX_EXPANSION_LENGTH, PlanLimitError } from '../../domain/pull-cost/collect-images.ts';
import type { Variables } from '../variables.ts';
import { removePrefix, removeSuffix, replaceMatches } from './shell-pattern.ts';

/** How a text is substituted and split. */
interface LexOptions {
  readonly variables: Variables;
  /** The escape character: `\` or a backtick. */
  readonly escapeMark: string;
  /** Whether quotes stay in the result. Default: false. */
  readonly keepsQuotes?: boolean;
  /** Whether escape characters stay in the result. Default: false. */
  readonly keepsEscapes?: boolean;
  /** Whether variables without a value stay as they are written. Default: they become empty. */
  readonly keepsUnset?: boolean;
}

/** A text with its variables substituted. */
interface Expansion {
  readonly text: string;
  /** The variables without a value that became empty. */
  readonly unset: readonly string[];
}

const NO_VARIABLES: Variables = { get: () => undefined };
const SPECIAL_PARAMETERS = '@*#?-$!0';
const SPACE = /\s/;
const LETTER = /[\p{L}\p{Nd}_]/u;
const DIGIT = /\d/;
/** The deepest nesting of `${A:-${B:-…}}`. */
const MAX_DEPTH = 50;

/**
 * Substitutes the variables of one word as BuildKit does (frontend/dockerfile/shell/lex.go, 2026-04): `$V`, `${V}`,
 * `${V:-word}` and the operators `-`, `+`, `?`, `#`, `##`, `%`, `%%`, `/` and `//`. Quotes and escapes are removed.
 * @throws SyntaxError if the text is invalid, or `${V:?message}` has no value
 * @throws PlanLimitError if values expand to more than 4,096 characters, or are nested more than 50 deep
 */
export function expandWord(text: string, variables: Variables, escapeMark: string): Expansion {
  if (!/[$'"\\`]/.test(text)) return { text, unset: [] };
  const lexer = new ShellLexer(text, { variables, escapeMark });
  return { text: lexer.read().text, unset: [...lexer.unset] };
}

/**
 * Splits a text at its spaces, except for those in quotes and after `<<`. Variables stay as they are written.
 * @throws SyntaxError if quotes or braces are not closed
 */
export function splitWords(text: string, keepsQuotes: boolean, keepsEscapes: boolean): readonly string[] {
  const options = { variables: NO_VARIABLES, escapeMark: '\\', keepsUnset: true, keepsQuotes, keepsEscapes };
  return new ShellLexer(text, options).read().words;
}

class ShellLexer {
  readonly unset = new Set<string>();
  readonly #text: string;
  readonly #options: LexOptions;
  #at = 0;
  #depth = 0;
  #substituted = 0;
  #keepsEscapes: boolean;

  constructor(text: string, options: LexOptions) {
    this.#text = text;
    this.#options = options;
    this.#keepsEscapes = options.keepsEscapes ?? false;
  }

  /** Reads to the end of the text. */
  read(): { readonly text: string; readonly words: readonly string[] } {
    return this.#readTo('', this.#keepsEscapes, false);
  }

  /** Returns the next character; empty at the end. */
  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #take(): string {
    return this.#text[this.#at++] ?? '';
  }

  /** Reads to a character, or to the end if `stop` is empty. */
  #readTo(stop: string, keepsEscapes: boolean, isPattern: boolean) {
    if (++this.#depth > MAX_DEPTH) {
      throw new PlanLimitError(`Variables are nested more than ${MAX_DEPTH} deep`);
    }
    const before = this.#keepsEscapes;
    this.#keepsEscapes = keepsEscapes;
    const words = new WordCollector();
    let text = '';
    while (this.#peek() !== stop) {
      if (this.#peek() === '') throw new SyntaxError(`A variable or a quote is not closed; expected ${stop}`);
      const piece = this.#readPiece(isPattern);
      words.add(piece);
      text += piece.text;
    }
    this.#at++;
    this.#keepsEscapes = before;
    this.#depth--;
    return { text, words: words.end() };
  }

  #readPiece(isPattern: boolean): Piece {
    const { escapeMark } = this.#options;
    if (this.#peek() === '$') return { text: this.#readVariable(), isRaw: false };
    if (this.#peek() === '<') return { text: this.#readHeredocMark(), isRaw: true };
    if (this.#peek() === "'") return { text: this.#readSingleQuoted(isPattern), isRaw: true };
    if (this.#peek() === '"') return { text: this.#readDoubleQuoted(isPattern), isRaw: true };
    const char = this.#take();
    if (char !== escapeMark) return { text: char, isRaw: false };
    return { text: `${this.#keepsEscapes ? char : ''}${this.#take()}`, isRaw: true };
  }

  /** Reads `<`, or `<<` with the spaces behind it: a heredoc is one word with its name. */
  #readHeredocMark(): string {
    this.#at++;
    if (this.#peek() !== '<') return '<';
    const start = this.#at++;
    while (this.#peek() !== '' && ' \t\r'.includes(this.#peek())) this.#at++;
    return `<${this.#text.slice(start, this.#at)}`;
  }

  #readSingleQuoted(isPattern: boolean): string {
    const start = ++this.#at;
    const end = this.#text.indexOf("'", start);
    if (end < 0) throw new SyntaxError('A single quote is not closed');
    this.#at = end + 1;
    const { escapeMark, keepsQuotes } = this.#options;
    const inner = this.#text.slice(start, end);
    const text = isPattern ? inner.replaceAll(escapeMark, escapeMark + escapeMark) : inner;
    return keepsQuotes ? `'${text}'` : text;
  }

  #readDoubleQuoted(isPattern: boolean): string {
    const { escapeMark, keepsQuotes = false } = this.#options;
    this.#at++;
    let text = '';
    while (this.#peek() !== '"') {
      if (this.#peek() === '') throw new SyntaxError('A double quote is not closed');
      if (this.#peek() === '$') {
        text += this.#readVariable();
        continue;
      }
      const char = this.#take();
      if (char !== escapeMark) {
        text += char;
        continue;
      }
      if (this.#peek() === '') continue;
      if (`"$${escapeMark}`.includes(this.#peek()))
        text += `${this.#keepsEscapes ? char : ''}${this.#take()}`;
      else text += this.#keepsEscapes && (!keepsQuotes || isPattern) ? char + char : char;
    }
    this.#at++;
    return keepsQuotes ? `"${text}"` : text;
  }

  /** Reads and substitutes the variable at the current position. */
  #readVariable(): string {
    const start = this.#at++;
    if (this.#peek() !== '{') {
      const name = this.#readName();
      return name === '' ? '$' : this.#valueOf(name, start);
    }
    this.#at++;
    if (this.#peek() === '' || '{}:'.includes(this.#peek())) throw new SyntaxError('A bad substitution');
    const name = this.#readName();
    const operator = this.#take();
    if (operator === '}') return this.#valueOf(name, start);
    if (operator === '/') return this.#replace(name, start);
    return this.#operate(name, operator === ':' ? `:${this.#take()}` : operator, start);
  }

  #readName(): string {
    const start = this.#at;
    if (DIGIT.test(this.#peek())) {
      while (DIGIT.test(this.#peek())) this.#at++;
    } else if (this.#peek() !== '' && SPECIAL_PARAMETERS.includes(this.#peek())) this.#at++;
    else while (LETTER.test(this.#peek())) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  /** Returns the value of a variable that is written from `start` to the current position. */
  #valueOf(name: string, start: number): string {
    const value = this.#options.variables.get(name);
    if (value !== undefined) return this.#substitute(value);
    if (this.#options.keepsUnset) return this.#text.slice(start, this.#at);
    this.unset.add(name);
    return '';
  }

  #substitute(value: string): string {
    this.#substituted += value.length;
    if (this.#substituted > MAX_EXPANSION_LENGTH) {
      throw new PlanLimitError(`Variables expand to more than ${MAX_EXPANSION_LENGTH} characters`);
    }
    return value;
  }

  #operate(name: string, operator: string, start: number): string {
    const isTrimming = operator === '#' || operator === '%';
    if (!isTrimming && !/^:?[-+?]$/.test(operator)) {
      throw new SyntaxError(`Not an operator of variables: ${operator}`);
    }
    const word = this.#readTo('}', isTrimming, isTrimming).text;
    const value = this.#options.variables.get(name);
    if (value === undefined && this.#options.keepsUnset) return this.#text.slice(start, this.#at);
    if (isTrimming) {
      const isLongest = word.startsWith(operator);
      const trim = operator === '#' ? removePrefix : removeSuffix;
      return trim(this.#valueOf(name, start), isLongest ? word.slice(1) : word, isLongest);
    }
    const isSet = value !== undefined && !(operator.startsWith(':') && value === '');
    if (operator.endsWith('+')) return isSet ? word : '';
    if (isSet) return this.#substitute(value);
    if (operator.endsWith('-')) return word;
    throw new SyntaxError(`${name}: ${word || 'a value is required'}`);
  }

  #replace(name: string, start: number): string {
    const isEvery = this.#peek() === '/';
    if (isEvery) this.#at++;
    const pattern = this.#readTo('/', true, true).text;
    const replacement = this.#readTo('}', true, false).text;
    if (this.#options.keepsUnset && this.#options.variables.get(name) === undefined) {
      return this.#text.slice(start, this.#at);
    }
    return this.#substitute(replaceMatches(this.#valueOf(name, start), pattern, replacement, isEvery));
  }
}

interface Piece {
  readonly text: string;
  /** Whether spaces in it do not end a word. */
  readonly isRaw: boolean;
}

class WordCollector {
  readonly #words: string[] = [];
  #word = '';

  add({ text, isRaw }: Piece): void {
    if (isRaw) {
      this.#word += text;
      return;
    }
    for (const char of text) {
      if (!SPACE.test(char)) this.#word += char;
      else this.#endWord();
    }
  }

  end(): readonly string[] {
    this.#endWord();
    return this.#words;
  }

  #endWord(): void {
    if (this.#word !== '') this.#words.push(this.#word);
    this.#word = '';
  }
}
