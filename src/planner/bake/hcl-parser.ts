import type { LineIndex } from '../source-file.ts';
import { createLineIndex } from '../source-file.ts';
import { HclScanner } from './hcl-scanner.ts';
import {
  type HclAttribute,
  type HclBlock,
  type HclBody,
  HclError,
  type HclExpression,
  type HclFor,
} from './hcl-syntax.ts';

/** The deepest nesting of expressions and blocks. */
const MAX_DEPTH = 100;
/** Operators by their precedence, the weakest first. */
const OPERATORS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['>=', '<=', '>', '<'],
  ['+', '-'],
  ['*', '/', '%'],
];

/**
 * Parses a file in HCL.
 * @throws HclError with its position
 */
export function parseHcl(text: string): HclBody {
  return new HclParser(text, createLineIndex(text)).file();
}

/**
 * Parses a text of HCL's JSON form, in which texts are templates.
 * @throws HclError
 */
export function parseTemplate(text: string): HclExpression {
  return new HclParser(text, createLineIndex(text)).template('raw');
}

class HclParser extends HclScanner {
  readonly #lines: LineIndex;
  #depth = 0;

  constructor(text: string, lines: LineIndex) {
    super(text);
    this.#lines = lines;
  }

  file(): HclBody {
    const body = this.#body();
    if (!this.isAtEnd()) this.fail();
    return body;
  }

  #nested<T>(parse: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw new HclError(`Nested more than ${MAX_DEPTH} deep`, this.at);
    const result = parse();
    this.#depth--;
    return result;
  }

  #body(): HclBody {
    const attributes = new Map<string, HclAttribute>();
    const blocks: HclBlock[] = [];
    this.skip();
    while (!this.isAtEnd() && !this.looksAt('}')) {
      const place = this.#lines.at(this.at);
      const name = this.identifier();
      this.skip('spaces');
      if (this.take('=')) attributes.set(name, { ...place, expression: this.expression() });
      else blocks.push({ ...place, type: name, ...this.#block() });
      this.skip();
    }
    return { attributes, blocks };
  }

  #block(): Pick<HclBlock, 'labels' | 'body'> {
    const labels: string[] = [];
    while (!this.take('{')) {
      const label = this.looksAt('"') ? this.template('quoted') : undefined;
      if (label && (label.kind !== 'literal' || typeof label.value !== 'string')) this.fail();
      labels.push(label ? String(label.value) : this.identifier());
      this.skip('spaces');
    }
    const body = this.#nested(() => this.#body());
    this.expect('}');
    return { labels, body };
  }

  /** Parses an expression. Outside of brackets it ends with its line. */
  expression(): HclExpression {
    return this.#nested(() => {
      const condition = this.#binary(0);
      this.skip('inner');
      if (!this.take('?')) return condition;
      const yes = this.expression();
      this.skip('inner');
      this.expect(':');
      return { kind: 'if', condition, yes, no: this.expression() };
    });
  }

  #binary(level: number): HclExpression {
    const operators = OPERATORS[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      this.skip('inner');
      const operator = operators.find((one) => this.looksAt(one));
      // `=>` ends the key of a for expression.
      if (operator === undefined) return left;
      this.expect(operator);
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) };
    }
  }

  #unary(): HclExpression {
    this.skip('inner');
    const operator = ['!', '-'].find((one) => this.take(one));
    if (operator !== undefined) {
      return { kind: 'unary', operator, operand: this.#nested(() => this.#unary()) };
    }
    let value = this.#term();
    for (;;) {
      if (this.looksAt('...')) return value;
      if (this.take('[*]') || this.take('.*')) value = { kind: 'splat', object: value, keys: this.#keys() };
      else {
        const [key] = this.#keys(1);
        if (!key) return value;
        value = { kind: 'get', object: value, key };
      }
    }
  }

  /** Parses `.name`, `.0` and `[key]`. */
  #keys(most = Number.POSITIVE_INFINITY): HclExpression[] {
    const keys: HclExpression[] = [];
    while (keys.length < most && !this.looksAt('...') && !this.looksAt('.*')) {
      if (this.take('.')) {
        const value = this.number() ?? this.identifier();
        keys.push({ kind: 'literal', value });
      } else if (!this.looksAt('[*]') && this.take('[')) {
        keys.push(this.within(() => this.expression()));
        this.expect(']');
      } else break;
    }
    return keys;
  }

  #term(): HclExpression {
    if (this.take('(')) {
      const inner = this.within(() => this.expression());
      this.expect(')');
      return inner;
    }
    if (this.take('[')) return this.#for(']') ?? { kind: 'list', items: this.#items(']').items };
    if (this.take('{')) return this.#for('}') ?? this.#map();
    if (this.looksAt('"')) return this.template('quoted');
    if (this.looksAt('<<')) return this.template('heredoc');
    const number = this.number();
    if (number !== undefined) return { kind: 'literal', value: number };
    const name = this.identifier();
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
    if (name === 'null') return { kind: 'literal', value: null };
    if (!this.take('(')) return { kind: 'name', name };
    const { items, isSpread } = this.#items(')');
    return { kind: 'call', name, args: items, isSpread };
  }

  #items(end: string): { items: readonly HclExpression[]; isSpread: boolean } {
    const items: HclExpression[] = [];
    let isSpread = false;
    this.within(() => {
      this.skip();
      while (!this.looksAt(end)) {
        items.push(this.expression());
        this.skip();
        isSpread = this.take('...');
        this.skip();
        if (!this.take(',')) break;
        this.skip();
      }
    });
    this.expect(end);
    return { items, isSpread };
  }

  #map(): HclExpression {
    const entries: [HclExpression, HclExpression][] = [];
    this.skip();
    while (!this.looksAt('}')) {
      const key = this.within(() => this.expression(), false);
      this.skip('spaces');
      if (!this.take('=') && !this.take(':')) this.fail();
      const value = this.within(() => this.expression(), false);
      // A plain name is a key, not a variable.
      entries.push([key.kind === 'name' ? { kind: 'literal', value: key.name } : key, value]);
      this.skip();
      if (this.take(',')) this.skip();
    }
    this.expect('}');
    return { kind: 'map', entries };
  }

  /** Parses a for expression after its bracket. Returns undefined for other content. */
  #for(end: string): HclFor | undefined {
    this.skip();
    if (!this.takeWord('for')) return undefined;
    return this.within(() => {
      const names: string[] = [];
      do {
        this.skip();
        names.push(this.identifier());
        this.skip();
      } while (this.take(','));
      if (!this.takeWord('in')) this.fail();
      const source = this.expression();
      this.skip();
      this.expect(':');
      const first = this.expression();
      this.skip();
      const hasKey = end === '}';
      if (hasKey) this.expect('=>');
      const value = hasKey ? this.expression() : first;
      this.skip();
      if (this.take('...')) throw new HclError('A grouping for expression is not read', this.at);
      this.skip();
      const condition = this.takeWord('if') ? this.expression() : undefined;
      this.skip();
      this.expect(end);
      return { kind: 'for', names, source, key: hasKey ? first : undefined, value, condition };
    });
  }
}
