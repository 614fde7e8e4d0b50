import type { Alias, ErrorCode, Node, YAMLMap } from 'yaml';
import type { Input, MapEntry, Place } from './input.ts';
import type { Report } from './problem.ts';

/** The maximum number of values that the aliases of a file may expand to, so that a few lines cannot fill the memory. */
const MAX_ALIASED = 10_000;
/** The maximum depth of nesting; an anchor that contains its own alias is infinitely deep. */
const MAX_DEPTH = 30;

/** State of the conversion of one file. */
interface Conversion {
  readonly yaml: typeof import('yaml');
  readonly placeAt: (offset: number) => Place;
  readonly report: Report;
  /** The anchors before the current node: an alias refers to the last anchor of its name. */
  readonly anchors: Map<string, Node>;
  /** The place of the alias whose value is converted, used for all values in it; undefined outside an alias. */
  readonly alias: Place | undefined;
  readonly budget: { aliased: number };
  readonly depth: number;
}

/**
 * Converts a node of a YAML document.
 * @param parent the place of a node without a range, such as the missing value of a key
 * @returns undefined if the node cannot be converted, which is reported
 */
function convertNode(node: unknown, parent: Place, conversion: Conversion): Input | undefined {
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
    else if (entries.has(name)) fail(conversion, keyPlace, 'Duplicate key', name);
    else if (input) entries.set(name, { keyPlace, input });
  }
  return { kind: 'map', place, entries };
}

/** Checks the limits of depth and aliases; reports only the first violation. */
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

/** Messages for syntax errors. The messages of the yaml package are not used: several quote the text, which may be a password. */
const MESSAGES: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_DQ_ESCAPE: 'An escape sequence in double quotes is not valid',
  BAD_INDENT: 'The indentation is wrong, or a bracket is missing',
  BAD_SCALAR_START: 'Text that starts with a special character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'A second ": " on the line: text that contains it needs quotes',
  MISSING_CHAR: 'A colon, quote or bracket is missing',
  MULTIPLE_DOCS: 'The file contains more than one YAML document',
  MULTILINE_IMPLICIT_KEY: 'A key must be on one line, followed by ":"',
  TAB_AS_INDENT: 'Tabs are not allowed as indentation',
  TAG_RESOLVE_FAILED: 'A tag is not known: text that starts with "!" needs quotes',
};

/** Returns a message for a syntax error that does not quote the file. */
function yamlMessage(code: ErrorCode): string {
  return MESSAGES[code] ?? 'Not valid YAML';
}

/** The maximum number of reported syntax errors: one misplaced bracket can cause hundreds. */
const MAX_FAULTS = 5;

/**
 * Parses YAML 1.2 with the place of each value. The parser is loaded at the first call, since it takes 25 ms and 8 MB
 * (measured with yaml 2.9 on Node 20) and is not needed without a configuration file.
 * @param path the file's path, for places
 * @returns undefined for an empty file, and for invalid YAML, which is reported
 */
export async function parseYaml(text: string, path: string, report: Report): Promise<Input | undefined> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // Duplicate keys are reported by convertMap().
    uniqueKeys: false,
  });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { kind: 'file', path, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const faults = [...document.errors, ...document.warnings].slice(0, MAX_FAULTS);
  for (const { code, pos } of faults) report({ place: placeAt(pos[0]), message: yamlMessage(code) });
  if (faults.length > 0 || !document.contents) return undefined;
  return convertNode(document.contents, placeAt(0), {
    yaml,
    placeAt,
    report,
    anchors: new Map(),
    alias: undefined,
    budget: { aliased: 0 },
    depth: 0,
  });
}
