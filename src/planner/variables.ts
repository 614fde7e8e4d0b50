import { MAX_EXPANSION_LENGTH, PlanLimitError } from '../domain/pull-cost/collect-images.ts';

/** Values by name. */
export interface Variables {
  get(name: string): string | undefined;
}

/** The name after `$` or `${`. */
const NAME = /[A-Za-z_]\w*/y;
const OPERATOR = /:?[-+?]/y;
/** The deepest nesting of defaults that is evaluated. */
const MAX_DEPTH = 5;

/**
 * Substitutes `$NAME`, `${NAME}`, `${NAME:-default}` and similar forms, as a shell, Docker and Compose do. A variable without
 * a value stays unchanged, so that the caller can report it. Runs in time linear in the text and the result.
 * @throws PlanLimitError if the result is longer than 4,096 characters
 */
export function fillIn(text: string, variables: Variables): string {
  if (!text.includes('$')) return text;
  return new Substitution(text, variables).run();
}

class Substitution {
  readonly #text: string;
  readonly #variables: Variables;
  /** The position of the closing brace, by the position of its `$`. */
  readonly #ends: ReadonlyMap<number, number>;
  #pieces: string[] = [];
  #length = 0;

  constructor(text: string, variables: Variables) {
    this.#text = text;
    this.#variables = variables;
    this.#ends = matchBraces(text);
  }

  run(): string {
    this.#fill(0, this.#text.length, MAX_DEPTH);
    return this.#pieces.join('');
  }

  #emit(piece: string): void {
    this.#length += piece.length;
    if (this.#length > MAX_EXPANSION_LENGTH) {
      throw new PlanLimitError(`Variables expand to more than ${MAX_EXPANSION_LENGTH} characters`);
    }
    this.#pieces.push(piece);
  }

  /** Substitutes in the text from `start` to before `end`. */
  #fill(start: number, end: number, depth: number): void {
    if (depth === 0) {
      this.#emit(this.#text.slice(start, end));
      return;
    }
    let at = start;
    while (at < end) {
      const dollar = nextDollar(this.#text, at, end);
      if (dollar > at) this.#emit(this.#text.slice(at, dollar));
      if (dollar === end) return;
      at = this.#substitute(dollar, end, depth);
    }
  }

  /** Substitutes the variable or the escape at `at`. Returns the position after it. */
  #substitute(at: number, end: number, depth: number): number {
    const text = this.#text;
    if (at + 1 < end && isEscape(text, at)) {
      this.#emit('$');
      return at + 2;
    }
    const close = this.#ends.get(at);
    if (close !== undefined && close < end) return this.#substituteBraced(at, close, depth);
    const name = matchAt(NAME, text, at + 1);
    this.#emit(name === '' ? '$' : (this.#variables.get(name) ?? `$${name}`));
    return at + 1 + name.length;
  }

  #substituteBraced(at: number, close: number, depth: number): number {
    const text = this.#text;
    const name = matchAt(NAME, text, at + 2);
    const afterName = at + 2 + name.length;
    const operator = name === '' ? '' : matchAt(OPERATOR, text, afterName);
    const isPlain = name !== '' && afterName === close;
    if (!isPlain && operator === '') {
      // An unknown form: its content is substituted, the rest stays.
      this.#emit('${');
      return at + 2;
    }
    const value = this.#variables.get(name);
    const isSet = value !== undefined && !(operator.startsWith(':') && value === '');
    const word = () => this.#fill(afterName + operator.length, close, depth - 1);
    if (operator.endsWith('-') && !isSet) word();
    else if (operator.endsWith('+')) {
      if (isSet) word();
    } else this.#emit(value ?? text.slice(at, close + 1));
    return close + 1;
  }
}

/** Returns the position of the next `$` or `\$`; `end` if there is none. */
function nextDollar(text: string, start: number, end: number): number {
  const dollar = text.indexOf('$', start);
  if (dollar < 0 || dollar >= end) return end;
  return dollar > start && text[dollar - 1] === '\\' ? dollar - 1 : dollar;
}

/** Reports whether `$$` or `\$` is at a position. */
function isEscape(text: string, at: number): boolean {
  return text[at + 1] === '$' && (text[at] === '$' || text[at] === '\\');
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function matchBraces(text: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (isEscape(text, at)) at++;
    else if (char === '$' && text[at + 1] === '{') {
      open.push(at);
      at++;
    } else if (char === '{') open.push(-1);
    else if (char === '}') {
      const start = open.pop();
      if (start !== undefined && start >= 0) ends.set(start, at);
    }
  }
  return ends;
}
