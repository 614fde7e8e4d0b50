import type { Node, YAMLMap } from 'yaml';
import type { Input, MapEntry } from './input.ts';
import type { Place } from './place.ts';
import type { Report } from './problem.ts';
import { yamlMessage } from './yaml-problems.ts';

/** How many values the aliases of one file may stand for together, so that a few lines cannot fill the memory. */
const MAX_ALIASED = 10_000;

/**
 * Reads YAML 1.2 with the place of each value. The parser is loaded on the first call: without a configuration file
 * nobody waits for it (25 ms and 8 MB, measured with yaml 2.9 on Node 20).
 * @returns undefined for an empty file, or one with problems in its form
 */
export async function parseYaml(text: string, path: string, report: Report): Promise<Input | undefined> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  // Keys that stand there twice are found below, where both places are known.
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false, logLevel: 'silent' } as const;
  const document = yaml.parseDocument(text, options);
  let aliased = 0;
  let failed = false;

  function placeAt(offset: number): Place {
    const { line, col } = lines.linePos(offset);
    return { kind: 'file', path, line, column: col };
  }
  function fail(place: Place, message: string, key?: string): undefined {
    failed = true;
    report({ place, key, message });
  }
  function convert(node: unknown, parent: Place, alias: Place | undefined): Input | undefined {
    if (!yaml.isNode(node)) return { kind: 'scalar', place: alias ?? parent, value: null };
    const place = alias ?? (node.range ? placeAt(node.range[0]) : parent);
    if (alias && ++aliased > MAX_ALIASED) {
      return aliased === MAX_ALIASED + 1
        ? fail(place, `Aliases stand for more than ${MAX_ALIASED} values`)
        : undefined;
    }
    if (yaml.isAlias(node)) return followAlias(node.resolve(document), place);
    if (yaml.isMap(node)) return convertMap(node, place, alias);
    if (yaml.isSeq(node)) {
      const items = node.items.flatMap((item) => convert(item, place, alias) ?? []);
      return { kind: 'list', place, items };
    }
    return convertScalar(node, place);
  }
  function followAlias(target: Node | undefined, place: Place): Input | undefined {
    if (!target)
      return fail(place, 'An alias has no anchor before it: text that starts with "*" needs quotes');
    return convert(target, place, place);
  }
  function convertScalar(node: Node, place: Place): Input | undefined {
    const value = yaml.isScalar(node) ? node.value : undefined;
    const isPlain = value === null || ['string', 'number', 'boolean'].includes(typeof value);
    if (!isPlain) return fail(place, 'Only text, numbers, true and false are allowed here');
    return { kind: 'scalar', place, value: value as string | number | boolean | null };
  }
  function convertMap(map: YAMLMap, place: Place, alias: Place | undefined): Input {
    const entries = new Map<string, MapEntry>();
    for (const { key, value } of map.items) {
      const keyPlace = alias ?? (yaml.isNode(key) && key.range ? placeAt(key.range[0]) : place);
      const name = yaml.isScalar(key) ? (key.source ?? String(key.value)) : undefined;
      const input = convert(value, keyPlace, alias);
      if (name === undefined) fail(keyPlace, 'A key must be text');
      else if (entries.has(name)) fail(keyPlace, 'The key stands there twice', name);
      else if (input) entries.set(name, { keyPlace, input });
    }
    return { kind: 'map', place, entries };
  }

  for (const { code, pos } of [...document.errors, ...document.warnings])
    fail(placeAt(pos[0]), yamlMessage(code));
  if (failed || !document.contents) return undefined;
  const root = convert(document.contents, placeAt(0), undefined);
  return failed ? undefined : root;
}
