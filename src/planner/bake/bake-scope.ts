import { evaluateHcl, extendScope, type HclScope } from './hcl-evaluate.ts';
import type { HclBlock, HclBody, HclExpression, HclValue } from './hcl-syntax.ts';
import { HclError } from './hcl-syntax.ts';

/** The most steps of the evaluation of a file. */
const MAX_STEPS = 200_000;
/** The deepest calls of functions of a file. */
const MAX_CALLS = 20;
/** Variables that Bake sets. */
const BUILT_IN: ReadonlyMap<string, string> = new Map([
  ['BAKE_CMD_CONTEXT', 'cwd://'],
  ['BAKE_LOCAL_PLATFORM', 'linux/amd64'],
]);

/**
 * Returns the meaning of the names in the files of one bake. Variables are evaluated once, when they are needed.
 * @param bodies the files; later ones override the variables of earlier ones
 * @param given values that override the defaults, as environment variables do
 */
export function createBakeScope(bodies: readonly HclBody[], given: ReadonlyMap<string, string>): HclScope {
  const blocks = bodies.flatMap((body) => body.blocks);
  const ofType = (type: string) =>
    new Map(blocks.filter((block) => block.type === type).map((block) => [block.labels[0] ?? '', block]));
  const [variables, functions, targets] = [ofType('variable'), ofType('function'), ofType('target')];
  const attributes = new Map(bodies.flatMap((body) => [...body.attributes]));
  const known = new Map<string, HclValue>();
  const pending = new Set<string>();
  let [steps, calls] = [0, 0];

  /** Evaluates a value that may refer to itself. */
  function once(key: string, evaluate: () => HclValue): HclValue {
    const value = known.get(key);
    if (value !== undefined) return value;
    if (pending.has(key)) throw new HclError(`${key} refers to itself`);
    pending.add(key);
    try {
      const result = evaluate();
      known.set(key, result);
      return result;
    } finally {
      pending.delete(key);
    }
  }

  function evaluateVariable(name: string): HclValue {
    const block = variables.get(name);
    const expression = attributes.get(name)?.expression ?? block?.body.attributes.get('default')?.expression;
    const isTyped = block?.body.attributes.has('type') ?? false;
    if (!expression && !block) {
      const value = BUILT_IN.get(name);
      if (value === undefined) throw new HclError(`There is no variable ${name}`);
      return value;
    }
    const text = block ? given.get(name) : undefined;
    if (text === undefined) return expression ? evaluateHcl(expression, scope) : isTyped ? null : '';
    return convert(text, expression ? evaluateHcl(expression, scope) : '', name);
  }

  function callOwn(block: HclBlock, args: readonly HclValue[]): HclValue {
    const { attributes: parts } = block.body;
    const names = keywordsOf(parts.get('params')?.expression);
    const rest = keywordsOf(parts.get('variadic_params')?.expression)[0];
    const result = parts.get('result')?.expression;
    if (!result) throw new HclError(`The function ${block.labels[0]} has no result`);
    if (++calls > MAX_CALLS) throw new HclError(`Functions call each other more than ${MAX_CALLS} deep`);
    try {
      const bound = names.map((name, i): [string, HclValue] => [name, args[i] ?? null]);
      const all =
        rest === undefined ? bound : [...bound, [rest, args.slice(names.length)] as [string, HclValue]];
      return evaluateHcl(result, extendScope(scope, new Map(all)));
    } finally {
      calls--;
    }
  }

  const scope: HclScope = {
    variable: (name) => once(name, () => evaluateVariable(name)),
    ofBlock(type, name, key) {
      const block = type === 'target' ? targets.get(name) : undefined;
      if (!block) return undefined;
      const expression = block.body.attributes.get(key)?.expression;
      return expression ? once(`target.${name}.${key}`, () => evaluateHcl(expression, scope)) : null;
    },
    call(name, args) {
      const block = functions.get(name);
      return block && callOwn(block, args);
    },
    step() {
      if (++steps > MAX_STEPS) throw new HclError('The expressions are too long to evaluate');
    },
  };
  return scope;
}

/** Converts a given value to the type of the default. */
function convert(text: string, otherwise: HclValue, name: string): HclValue {
  if (typeof otherwise === 'number') return Number(text);
  if (typeof otherwise === 'boolean') return text === 'true' || text === '1';
  if (typeof otherwise === 'string' || otherwise === null) return text;
  if (Array.isArray(otherwise)) return text.split(',');
  throw new HclError(`The variable ${name} is a map, which --variable cannot set`);
}

/** Returns the names in a list of names, such as the parameters of a function. */
function keywordsOf(expression: HclExpression | undefined): readonly string[] {
  if (expression?.kind !== 'list') return [];
  return expression.items.flatMap((item) =>
    item.kind === 'name' ? [item.name] : item.kind === 'literal' ? [String(item.value)] : [],
  );
}
