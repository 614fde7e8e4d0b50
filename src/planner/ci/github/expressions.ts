import { data, Evaluator, type Expr, Lexer, Parser } from '@actions/expressions';
import { ContextAccess, type FunctionCall, IndexAccess, Literal } from '@actions/expressions/ast';
import { wellKnownFunctions } from '@actions/expressions/funcs';
import { truthy } from '@actions/expressions/result';
import {
  MAX_EXPANSION_LENGTH,
  PlanLimitError,
  type SourceNode,
} from '../../../domain/pull-cost/collect-images.ts';

/** A value of an expression, in the form of GitHub's own library. */
export type Value = data.ExpressionData;

/** A value that is not known before the workflow runs, or an invalid expression. Its text is the text of the file. */
export class UnknownValue extends data.StringData {}

/** The values that expressions can use. */
export interface Scope {
  /** Returns the value at a path such as `matrix`, or `env`, `IMAGE`; undefined if it is not known at this path. */
  valueAt(path: readonly string[]): Value | undefined;
}

/** The contexts of GitHub (https://docs.github.com/en/actions/reference/workflows-and-actions/contexts). */
const CONTEXTS = [
  ...[
    'github',
    'env',
    'vars',
    'job',
    'jobs',
    'steps',
    'runner',
    'secrets',
    'strategy',
    'matrix',
    'needs',
    'inputs',
  ],
];
/** Functions whose results depend on the run. */
const RUNTIME_FUNCTIONS = ['always', 'success', 'failure', 'cancelled', 'hashFiles'].map((name) => ({
  name,
  minArgs: 0,
  maxArgs: Number.MAX_SAFE_INTEGER,
  call: () => fail(`The result of ${name}() is not known`),
}));

/** Evaluates an expression. Throws if it depends on a value that is not known. */
class ScopedEvaluator extends Evaluator {
  readonly #scope: Scope;

  constructor(expression: Expr, scope: Scope) {
    super(expression, new data.Dictionary());
    this.#scope = scope;
  }

  override visitContextAccess(access: ContextAccess): Value {
    return known(this.#scope.valueAt(pathOf(access) ?? []));
  }

  override visitIndexAccess(access: IndexAccess): Value {
    const path = pathOf(access);
    return known((path && this.#scope.valueAt(path)) ?? super.visitIndexAccess(access));
  }

  override visitFunctionCall({ functionName, args }: FunctionCall): Value {
    const name = functionName.lexeme.toLowerCase();
    const called = Object.hasOwn(wellKnownFunctions, name) ? wellKnownFunctions[name] : undefined;
    const result = (called ?? fail(`Not known: ${name}()`)).call(...args.map((arg) => this.eval(arg)));
    // Nested calls could otherwise double the length of a text at each level.
    if (textOf(result).length > MAX_EXPANSION_LENGTH) throw tooLong();
    return result;
  }
}

function known(value: Value | undefined): Value {
  return value && !(value instanceof UnknownValue) ? value : fail('A value that is not known');
}

function fail(message: string): never {
  throw new Error(message);
}

function tooLong(): PlanLimitError {
  return new PlanLimitError(`Expressions expand to more than ${MAX_EXPANSION_LENGTH} characters`);
}

/** Returns the path of an access by constant names; undefined for other accesses. */
function pathOf(expression: Expr): string[] | undefined {
  if (expression instanceof ContextAccess) return [expression.name.lexeme.toLowerCase()];
  if (!(expression instanceof IndexAccess) || !(expression.index instanceof Literal)) return undefined;
  const path = pathOf(expression.expr);
  path?.push(expression.index.literal.coerceString());
  return path;
}

/**
 * Evaluates the expressions `${{ }}` of a text. A text that is one expression may have a value of any kind.
 * @throws PlanLimitError if the result is too long
 */
export function evaluateText(text: string, scope: Scope): Value {
  if (!text.includes('${{')) return new data.StringData(text);
  const values: Value[] = [];
  let length = 0;
  for (const part of splitExpressions(text)) {
    const value = part.isExpression ? evaluate(part.text, scope) : new data.StringData(part.text);
    if (!value) return new UnknownValue(text);
    length += textOf(value).length;
    if (length > MAX_EXPANSION_LENGTH) throw tooLong();
    values.push(value);
  }
  const [only, second] = values;
  return second || !only ? new data.StringData(values.map(textOf).join('')) : only;
}

/**
 * Evaluates a condition, with or without `${{ }}`.
 * @returns undefined if the result is not known before the workflow runs
 */
export function evaluateCondition({ text }: SourceNode, scope: Scope): boolean | undefined {
  if (text === undefined || text.length > MAX_EXPANSION_LENGTH) return undefined;
  const value = text.includes('${{') ? evaluateText(text, scope) : evaluate(text, scope);
  return value && !(value instanceof UnknownValue) ? truthy(value) : undefined;
}

function evaluate(text: string, scope: Scope): Value | undefined {
  try {
    const expression = new Parser(new Lexer(text).lex().tokens, CONTEXTS, RUNTIME_FUNCTIONS).parse();
    return new ScopedEvaluator(expression, scope).evaluate();
  } catch (error) {
    if (error instanceof PlanLimitError) throw error;
    return undefined;
  }
}

/** Returns the text that a value has in a text: empty for null, `Object` for a map. */
export function textOf(value: Value): string {
  return value.coerceString();
}

interface Part {
  readonly text: string;
  readonly isExpression: boolean;
}

/** Splits a text at its expressions. The strings of an expression may contain braces. */
function splitExpressions(text: string): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (let start = text.indexOf('${{'); start >= 0; start = text.indexOf('${{', at)) {
    const end = endOfExpression(text, start + 3);
    if (end < 0) break;
    if (start > at) parts.push({ text: text.slice(at, start), isExpression: false });
    parts.push({ text: text.slice(start + 3, end), isExpression: true });
    at = end + 2;
  }
  if (at < text.length) parts.push({ text: text.slice(at), isExpression: false });
  return parts;
}

function endOfExpression(text: string, start: number): number {
  let isString = false;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "'") isString = !isString;
    else if (!isString && text[at] === '}' && text[at + 1] === '}') return at;
  }
  return -1;
}

/** Unquoted scalars that GitHub reads as numbers. */
const NUMBER = /^[-+]?(?:0x[\da-f]+|0o[0-7]+|\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i;
/** The most values that are evaluated at a time. */
const MAX_VALUES = 10_000;

/** Converts a part of a file to a value, with its expressions evaluated. Throws PlanLimitError if it is too large. */
export function toValue(node: SourceNode, scope: Scope): Value {
  let count = 0;
  return convert(node);

  function convert(part: SourceNode): Value {
    if (++count > MAX_VALUES)
      throw new PlanLimitError(`More than ${MAX_VALUES} values in a matrix or an input`);
    if (part.text !== undefined) return scalar(part, part.text);
    if (part.kind === 'list') return arrayOf(part.items().map(convert));
    if (part.kind === 'nothing') return new data.Null();
    return new data.Dictionary(...part.entries().map(([key, inner]) => ({ key, value: convert(inner) })));
  }

  function scalar({ isString }: SourceNode, text: string): Value {
    if (isString) return evaluateText(text, scope);
    if (text === 'true' || text === 'false') return new data.BooleanData(text === 'true');
    return NUMBER.test(text) ? new data.NumberData(Number(text)) : new data.StringData(text);
  }
}

/** Returns a list of values. */
export function arrayOf(items: readonly Value[]): data.Array {
  const array = new data.Array();
  for (const item of items) array.add(item);
  return array;
}
