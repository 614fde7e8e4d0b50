import {
  MAX_EXPANSION_LENGTH,
  PlanLimitError,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import type { ReadOptions } from '../source-file.ts';

/** The values of parameters by name. */
export type Parameters = ReadonlyMap<string, string>;

/** An expression `<< NAME >>`. */
export const EXPRESSION = /<<\s*([\w.-]+)\s*>>/;
/** The deepest nesting of parameters that use parameters. */
const MAX_DEPTH = 5;

/** Substitutes `<< parameters.NAME >>` and `<< pipeline.parameters.NAME >>`. Unknown ones stay. */
export function fill(text: string, scope: Parameters, depth = MAX_DEPTH): string {
  if (!text.includes('<<') || depth === 0) return text;
  let length = 0;
  const filled = text.replace(new RegExp(EXPRESSION, 'g'), (whole, name: string) => {
    const value = scope.get(name.replace(/^matrix\./, 'parameters.')) ?? whole;
    length += value.length;
    if (length <= MAX_EXPANSION_LENGTH) return value;
    throw new PlanLimitError(`Parameters expand to more than ${MAX_EXPANSION_LENGTH} characters`);
  });
  return filled === text ? text : fill(filled, scope, depth - 1);
}

/** Returns the scalar values of a map. */
export function textsOf(node: SourceNode): Map<string, string> {
  return new Map(
    node.entries().flatMap(([name, { text }]) => (text === undefined ? [] : [[name, text] as const])),
  );
}

/** Returns the parameters of the pipeline: those that the user gives, and defaults. */
export function pipelineParameters(document: SourceNode, { variables }: ReadOptions): Parameters {
  return new Map([
    ...prefixed('pipeline.parameters.', defaultsOf(document)),
    ...prefixed('pipeline.parameters.', variables),
  ]);
}

/** Adds a prefix to the names of values. */
export function prefixed(prefix: string, values: Iterable<readonly [string, string]>): [string, string][] {
  return [...values].map(([name, value]) => [prefix + name, value]);
}

/** Returns the defaults of the section `parameters`. */
export function defaultsOf(node: SourceNode): Map<string, string> {
  return new Map(
    node
      .get('parameters')
      .entries()
      .flatMap(([name, parameter]) => {
        const { text } = parameter.get('default');
        return text === undefined ? [] : [[name, text] as const];
      }),
  );
}
