import { HCL_FUNCTIONS } from './hcl-functions.ts';
import { applyOperator, isTrue, toNumber } from './hcl-operators.ts';
import { HclError, type HclExpression, type HclFor, type HclValue } from './hcl-syntax.ts';
import { MAX_LENGTH, toText } from './hcl-text.ts';

/** What the names in an expression mean. */
export interface HclScope {
  /** Returns the value of a variable. @throws HclError if there is none, or its value is not known */
  variable(name: string): HclValue;
  /** Returns the value of `target.NAME.KEY`; undefined if there is no such block. @throws HclError */
  ofBlock(type: string, name: string, key: string): HclValue | undefined;
  /** Calls a function of the file; undefined if there is none. @throws HclError */
  call(name: string, args: readonly HclValue[]): HclValue | undefined;
  /** Counts a step. @throws HclError after too many */
  step(): void;
}

/** Returns a scope with more variables. */
export function extendScope(scope: HclScope, variables: ReadonlyMap<string, HclValue>): HclScope {
  return {
    ...scope,
    variable: (name) => variables.get(name) ?? (variables.has(name) ? null : scope.variable(name)),
  };
}

/**
 * Evaluates an expression.
 * @throws HclError if it is wrong, or not known outside of a build
 */
export function evaluateHcl(expression: HclExpression, scope: HclScope): HclValue {
  scope.step();
  const evaluate = (inner: HclExpression) => evaluateHcl(inner, scope);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'template':
      return limited(expression.parts.map((part) => toText(evaluate(part))).join(''));
    case 'name':
      return scope.variable(expression.name);
    case 'get':
      return evaluateGet(expression, scope);
    case 'splat': {
      const object = evaluate(expression.object);
      const items = Array.isArray(object) ? (object as readonly HclValue[]) : object === null ? [] : [object];
      return items.map((item) => expression.keys.reduce((value, key) => getIn(value, evaluate(key)), item));
    }
    case 'call':
      return evaluateCall(expression, scope);
    case 'list':
      return expression.items.map(evaluate);
    case 'map':
      return new Map(expression.entries.map(([key, value]) => [toText(evaluate(key)), evaluate(value)]));
    case 'if':
      return evaluate(isTrue(evaluate(expression.condition)) ? expression.yes : expression.no);
    case 'unary': {
      const value = evaluate(expression.operand);
      return expression.operator === '!' ? !isTrue(value) : -toNumber(value);
    }
    case 'binary':
      return applyOperator(expression.operator, evaluate(expression.left), evaluate(expression.right));
    case 'for':
      return evaluateFor(expression, scope);
  }
}

function evaluateGet(expression: HclExpression & { readonly kind: 'get' }, scope: HclScope): HclValue {
  const { object, key } = expression;
  if (object.kind === 'get' && object.object.kind === 'name' && key.kind === 'literal') {
    const name = toText(evaluateHcl(object.key, scope));
    const value = scope.ofBlock(object.object.name, name, toText(key.value));
    if (value !== undefined) return value;
  }
  return getIn(evaluateHcl(object, scope), evaluateHcl(key, scope));
}

function getIn(object: HclValue, key: HclValue): HclValue {
  const value =
    object instanceof Map ? object.get(toText(key)) : Array.isArray(object) ? object[Number(key)] : undefined;
  if (value === undefined) throw new HclError(`There is no ${toText(key)}`);
  return value;
}

function evaluateCall(
  { name, args, isSpread }: HclExpression & { readonly kind: 'call' },
  scope: HclScope,
): HclValue {
  // These two evaluate their arguments until one has a value.
  if (name === 'try' || name === 'can') {
    for (const arg of args) {
      try {
        const value = evaluateHcl(arg, scope);
        return name === 'can' ? true : value;
      } catch (error) {
        if (!(error instanceof HclError)) throw error;
      }
    }
    if (name === 'can') return false;
    throw new HclError('No argument of try() has a value');
  }
  const values = args.map((arg) => evaluateHcl(arg, scope));
  const last = values.at(-1);
  const given =
    isSpread && Array.isArray(last) ? [...values.slice(0, -1), ...(last as readonly HclValue[])] : values;
  const own = scope.call(name, given);
  if (own !== undefined) return own;
  const known = Object.hasOwn(HCL_FUNCTIONS, name) ? HCL_FUNCTIONS[name] : undefined;
  if (!known) throw new HclError(`The function ${name}() is not evaluated`);
  return limited(known(...given));
}

function evaluateFor({ names, source, key, value, condition }: HclFor, scope: HclScope): HclValue {
  const from = evaluateHcl(source, scope);
  const isList = Array.isArray(from);
  if (!isList && !(from instanceof Map)) throw new HclError('A for expression needs a list or a map');
  const entries: (readonly [HclValue, HclValue])[] = isList
    ? (from as readonly HclValue[]).map((item, i) => [i, item])
    : [...(from as ReadonlyMap<string, HclValue>)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const items: [string, HclValue][] = [];
  for (const [k, v] of entries) {
    const [first = '', second] = names;
    const bound: [string, HclValue][] =
      second === undefined
        ? [[first, v]]
        : [
            [first, k],
            [second, v],
          ];
    const inner = extendScope(scope, new Map(bound));
    if (condition && !isTrue(evaluateHcl(condition, inner))) continue;
    items.push([key ? toText(evaluateHcl(key, inner)) : '', evaluateHcl(value, inner)]);
  }
  return key ? new Map(items) : items.map(([, item]) => item);
}

function limited(value: HclValue): HclValue {
  const length = typeof value === 'string' || Array.isArray(value) ? value.length : 0;
  if (length > MAX_LENGTH) throw new HclError(`A value is longer than ${MAX_LENGTH}`);
  return value;
}
