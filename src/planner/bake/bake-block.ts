import { evaluateHcl, extendScope, type HclScope } from './hcl-evaluate.ts';
import { type HclAttribute, type HclBlock, HclError, type HclPlace, type HclValue } from './hcl-syntax.ts';
import { toText } from './hcl-text.ts';

/** A target of a bake, with the values of those that it inherits. */
export interface BakeTarget extends HclPlace {
  readonly name: string;
  readonly file: string;
  readonly values: ReadonlyMap<string, HclValue>;
}

/** The attributes that images depend on. Others, such as tags and labels, are not evaluated. */
const ATTRIBUTES = [
  ...['context', 'contexts', 'dockerfile', 'dockerfile-inline', 'args', 'target', 'platforms'],
  ...['inherits', 'attest', 'cache-from'],
] as const;
/** The most targets of a bake, and of a matrix. */
export const MAX_TARGETS = 1_000;

/** Called with each value that cannot be evaluated. */
export type Report = (place: HclPlace & { readonly file: string }, message: string) => void;

/** Returns the target of a block, or those of its matrix. */
export function expandBlock(
  block: HclBlock,
  file: string,
  scope: HclScope,
  report: Report,
): readonly BakeTarget[] {
  const { line, column, labels, body } = block;
  return combinations(block, file, scope, report).map((variables, i) => {
    const inner = extendScope(scope, variables);
    const naming = body.attributes.get('name');
    const name = (naming && nameOf(naming, inner)) ?? (naming ? `${labels[0]} ${i + 1}` : (labels[0] ?? ''));
    const values = ATTRIBUTES.flatMap((key): [string, HclValue][] => {
      const attribute = body.attributes.get(key);
      if (!attribute) return [];
      const value =
        key === 'args'
          ? readArgs(attribute, file, inner, report)
          : evaluateOr(null, attribute, file, inner, report);
      return [[key, value]];
    });
    return { name, file, line, column, values: new Map(values) };
  });
}

/** Returns the name of a target of a matrix; undefined if it cannot be evaluated. Groups that name it are then reported. */
function nameOf({ expression }: HclAttribute, scope: HclScope): string | undefined {
  try {
    return toText(evaluateHcl(expression, scope), true);
  } catch (error) {
    if (!(error instanceof HclError)) throw error;
    return undefined;
  }
}

/**
 * Evaluates build arguments. One that is known only during a build, such as the time, becomes a variable without a value: it is
 * reported if an image depends on it.
 */
function readArgs(attribute: HclAttribute, file: string, scope: HclScope, report: Report): HclValue {
  const { expression } = attribute;
  if (expression.kind !== 'map') return evaluateOr(null, attribute, file, scope, report);
  return new Map(
    expression.entries.map(([key, value], i): [string, HclValue] => {
      let name = `argument ${i}`;
      try {
        name = toText(evaluateHcl(key, scope), true);
        return [name, evaluateHcl(value, scope)];
      } catch (error) {
        if (!(error instanceof HclError)) throw error;
        return [name, `\${${name}}`];
      }
    }),
  );
}

/** Returns the variables of each combination of a matrix; one without variables if there is none. */
function combinations(block: HclBlock, file: string, scope: HclScope, report: Report) {
  let all: ReadonlyMap<string, HclValue>[] = [new Map()];
  const attribute = block.body.attributes.get('matrix');
  if (!attribute) return all;
  const matrix = evaluateOr(null, attribute, file, scope, report);
  if (!(matrix instanceof Map)) return [];
  for (const [key, values] of matrix as ReadonlyMap<string, HclValue>) {
    const list: readonly HclValue[] = Array.isArray(values) ? values : [];
    if (all.length * list.length > MAX_TARGETS) {
      report({ file, ...attribute }, `A matrix makes more than ${MAX_TARGETS} targets`);
      return [];
    }
    all = all.flatMap((one) => list.map((value) => new Map([...one, [key, value]])));
  }
  return all;
}

/** Evaluates an attribute. One that cannot be evaluated is reported, and has another value. */
export function evaluateOr(
  otherwise: HclValue,
  attribute: HclAttribute,
  file: string,
  scope: HclScope,
  report: Report,
): HclValue {
  try {
    return evaluateHcl(attribute.expression, scope);
  } catch (error) {
    if (!(error instanceof HclError)) throw error;
    report({ file, line: attribute.line, column: attribute.column }, error.message);
    return otherwise;
  }
}
