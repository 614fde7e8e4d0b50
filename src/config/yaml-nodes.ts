import type { Alias, Node, YAMLMap } from 'yaml';
import type { Input, MapEntry } from './input.ts';
import type { Place } from './place.ts';
import type { Report } from './problem.ts';

/** How many values the aliases of one file may stand for together, so that a few lines cannot fill the memory. */
const MAX_ALIASED = 10_000;
/** Deeper than any configuration; an anchor that holds its own alias has no end. */
const MAX_DEPTH = 30;

/** What the nodes of one file are converted with. */
export interface Conversion {
  readonly yaml: typeof import('yaml');
  readonly placeAt: (offset: number) => Place;
  readonly report: Report;
  /** The anchors so far: an alias means the last one before it. */
  readonly anchors: Map<string, Node>;
  /** Where the alias stands whose value is being converted: the place of all that is in it. */
  readonly alias: Place | undefined;
  readonly budget: { aliased: number };
  readonly depth: number;
}

/**
 * Turns a node of a YAML document into an input.
 * @param parent the place of what has no place itself, such as the missing value of a key
 * @returns undefined when it cannot be, which is reported
 */
export function convertNode(node: unknown, parent: Place, conversion: Conversion): Input | undefined {
  const { yaml, placeAt, alias, anchors } = conversion;
  if (!yaml.isNode(node)) return { kind: 'scalar', place: alias ?? parent, value: null };
  const place = alias ?? (node.range ? placeAt(node.range[0]) : parent);
  if (yaml.isAlias(node)) return followAlias(node, place, conversion);
  if (node.anchor !== undefined) anchors.set(node.anchor, node);
  if (isTooMuch(place, conversion)) return undefined;
  const inner = { ...conversion, depth: conversion.depth + 1 };
  if (yaml.isMap(node)) return convertMap(node, place, inner);
  if (yaml.isSeq(node)) {
    return {
      kind: 'list',
      place,
      items: node.items.flatMap((item) => convertNode(item, place, inner) ?? []),
    };
  }
  return convertScalar(node, place, conversion);
}

function followAlias(node: Alias, place: Place, conversion: Conversion): Input | undefined {
  const target = conversion.anchors.get(node.source);
  if (target) return convertNode(target, place, { ...conversion, alias: place, depth: conversion.depth + 1 });
  const message = 'An alias has no anchor before it: text that starts with "*" needs quotes';
  return fail(conversion, place, message);
}

function convertScalar(node: Node, place: Place, conversion: Conversion): Input | undefined {
  const value = conversion.yaml.isScalar(node) ? node.value : undefined;
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return { kind: 'scalar', place, value };
  }
  return fail(conversion, place, 'Only text, numbers, true and false can be values');
}

function convertMap(map: YAMLMap, place: Place, conversion: Conversion): Input {
  const { yaml, placeAt, alias } = conversion;
  const entries = new Map<string, MapEntry>();
  for (const { key, value } of map.items) {
    const keyPlace = alias ?? (yaml.isNode(key) && key.range ? placeAt(key.range[0]) : place);
    const input = convertNode(value, keyPlace, conversion);
    const name = yaml.isScalar(key) ? (key.source ?? String(key.value)) : undefined;
    if (name === undefined) fail(conversion, keyPlace, 'A key must be text');
    else if (entries.has(name)) fail(conversion, keyPlace, 'The key stands there twice', name);
    else if (input) entries.set(name, { keyPlace, input });
  }
  return { kind: 'map', place, entries };
}

/** Reported once: what follows from it is no news. */
function isTooMuch(place: Place, conversion: Conversion): boolean {
  const { budget, alias, depth } = conversion;
  if (budget.aliased > MAX_ALIASED) return true;
  if (depth > MAX_DEPTH) {
    budget.aliased = MAX_ALIASED + 1;
    fail(conversion, place, `Nested more than ${MAX_DEPTH} levels deep`);
    return true;
  }
  if (alias) budget.aliased++;
  if (budget.aliased <= MAX_ALIASED) return false;
  fail(conversion, place, `Aliases stand for more than ${MAX_ALIASED} values`);
  return true;
}

function fail({ report }: Conversion, place: Place, message: string, key?: string): undefined {
  report({ place, key, message });
}
