import { data } from '@actions/expressions';
import { nodeAt, type SourceNode } from '../../../domain/pull-cost/collect-images.ts';
import { type Scope, textOf, toValue, UnknownValue, type Value } from './expressions.ts';

/** The inputs of a workflow or an action. They are evaluated on access. */
export interface Inputs {
  /** Returns an input by its name in lower case; undefined if it is not declared. */
  get(name: string): Value | undefined;
}

/** The values of one job or action that its expressions can use. */
export interface ScopeValues {
  /** Values that the user gives. They override those in the files. */
  readonly variables: ReadonlyMap<string, string>;
  readonly inputs: Inputs;
  /** The sections `env`, the nearest first. */
  readonly environments: readonly SourceNode[];
  /** The values of the matrix. Undefined: not known. */
  readonly matrix: data.Dictionary | undefined;
}

/** The deepest nesting of variables that use variables. */
const MAX_DEPTH = 10;

/** Creates the scope of a job or an action. Contexts of the run, such as `github` and `needs`, are not known. */
export function createScope(values: ScopeValues, depth = MAX_DEPTH): Scope {
  return {
    valueAt(path) {
      const [context = '', ...keys] = path;
      if (context === 'matrix') return keys.length === 0 ? values.matrix : undefined;
      const name = keys.join('.');
      const given = values.variables.get(name);
      if (given !== undefined) return new data.StringData(given);
      const input = inputName(context, keys);
      if (input !== undefined) return values.inputs.get(input.toLowerCase());
      return context === 'env' && keys.length === 1 ? fromEnvironment(name) : undefined;
    },
  };

  function fromEnvironment(name: string): Value | undefined {
    const node = values.environments.map((env) => env.get(name)).find(({ kind }) => kind === 'text');
    if (node?.text === undefined || depth === 0) return undefined;
    const value = toValue(node, createScope(values, depth - 1));
    return value instanceof UnknownValue ? value : new data.StringData(textOf(value));
  }
}

/** Returns the name of an input: `inputs.NAME`, or `github.event.inputs.NAME`. */
function inputName(context: string, keys: readonly string[]): string | undefined {
  const [first, second, third] = keys;
  if (context === 'inputs' && keys.length === 1) return first;
  return context === 'github' && first === 'event' && second === 'inputs' && keys.length === 3
    ? third
    : undefined;
}

/** The values that inputs without a default have. */
const EMPTY: Readonly<Record<string, () => Value>> = {
  boolean: () => new data.BooleanData(false),
  number: () => new data.NumberData(0),
};

/** Returns the inputs of a workflow that is not called: their defaults. An input that the user must enter is not known. */
export function defaultInputs(workflow: SourceNode): Inputs {
  const triggers = workflow.get('on');
  const forms = ['workflow_call', 'workflow_dispatch'].map((name) => nodeAt(triggers, name, 'inputs'));
  const inputs = new Map<string, Value>();
  for (const [name, input] of forms.flatMap((form) => form.entries())) {
    const hasDefault = input.get('default').kind !== 'nothing';
    const isOptional = !isWithoutOtherTriggers(triggers) || input.get('required').text !== 'true';
    if (hasDefault || isOptional)
      inputs.set(name.toLowerCase(), inputValue(input, input.get('default'), NO_SCOPE));
    else inputs.set(name.toLowerCase(), new UnknownValue(name));
  }
  return inputs;
}

/** Reports whether a workflow runs only if it is called, or started by hand. */
function isWithoutOtherTriggers(triggers: SourceNode): boolean {
  const names = triggers.kind === 'map' ? triggers.entries().map(([name]) => name) : [triggers.text];
  return names.every((name) => name === 'workflow_call' || name === 'workflow_dispatch');
}

/**
 * Returns a function that creates the inputs of a workflow or an action that is called: the values of the caller, and defaults.
 * @param declared the section `inputs`
 * @param given the section `with` of the caller
 */
export function calledInputs(declared: SourceNode, given: SourceNode): (caller: Scope) => Inputs {
  const byName = (node: SourceNode) =>
    new Map(node.entries().map(([name, value]) => [name.toLowerCase(), value]));
  const [inputs, values] = [byName(declared), byName(given)];
  return (caller) => ({
    get(name) {
      const [input, value] = [inputs.get(name), values.get(name)];
      if (!input) return undefined;
      return value ? inputValue(input, value, caller) : inputValue(input, input.get('default'), NO_SCOPE);
    },
  });
}

/** Returns the value of an input, in its declared type. Inputs of actions have no type: they are text. */
function inputValue(input: SourceNode, node: SourceNode, scope: Scope): Value {
  const type = input.get('type').text ?? '';
  if (node.kind === 'nothing') return EMPTY[type]?.() ?? new data.StringData('');
  const value = toValue(node, scope);
  if (value instanceof UnknownValue || !value.primitive) return value;
  const text =
    value.kind === data.Kind.Number || value.kind === data.Kind.Boolean ? node.text : textOf(value);
  if (type === 'boolean') return new data.BooleanData(textOf(value) === 'true');
  if (type === 'number') return new data.NumberData(value.number());
  return new data.StringData(text?.includes('${{') ? textOf(value) : (text ?? ''));
}

/** The scope of a default: no value is known. */
const NO_SCOPE: Scope = { valueAt: () => undefined };
