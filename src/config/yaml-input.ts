import type { Alias, ErrorCode, Node, YAMLMap } from 'yaml';
import type { Input, MapEntry, Place } from './input.ts';
import type { Report } from './problem.ts';

/** How many values the aliases of one file may stand for together, so that a few lines cannot fill the memory. */
const MAX_ALIASED = 10_000;
/** Deeper than any configuration; an anchor that holds its own alias has no end. */
const MAX_DEPTH = 30;

/** What the nodes of one file are converted with. */
interface Conversion {
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

/**
 * What is wrong with the form of a YAML file. The yaml package's own messages are not used: several of them quote the
 * text, and with it a password.
 */
const MESSAGES: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_DQ_ESCAPE: 'An escape sequence in double quotes is not valid',
  BAD_INDENT: 'The indentation is wrong, or a bracket is missing',
  BAD_SCALAR_START: 'Text that starts with a special character needs quotes',
  BLOCK_AS_IMPLICIT_KEY: 'A second ": " on the line: text that holds it needs quotes',
  MISSING_CHAR: 'A colon, quote or bracket is missing',
  MULTIPLE_DOCS: 'The file holds more than one YAML document',
  MULTILINE_IMPLICIT_KEY: 'A key must stand on one line, and a ":" behind it',
  TAB_AS_INDENT: 'Tabs are not allowed as indentation',
  TAG_RESOLVE_FAILED: 'A tag is not known: text that starts with "!" needs quotes',
};

/** Says what is wrong with the form of a YAML file, without quoting it. */
function yamlMessage(code: ErrorCode): string {
  return MESSAGES[code] ?? 'Not valid YAML';
}

/** One misplaced bracket can make hundreds of faults; the first ones say where to look. */
const MAX_FAULTS = 5;

/**
 * Reads YAML 1.2 with the place of each value. The parser is loaded on the first call: without a configuration file
 * nobody waits for it (25 ms and 8 MB, measured with yaml 2.9 on Node 20).
 * @returns undefined for an empty file, or one that cannot be read as YAML
 */
export async function parseYaml(text: string, path: string, report: Report): Promise<Input | undefined> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    // Keys that stand there twice are found while converting, where both places are known.
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
