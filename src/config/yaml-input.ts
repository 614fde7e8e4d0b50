import type { Input } from './input.ts';
import type { Place } from './place.ts';
import type { Report } from './problem.ts';
import { convertNode } from './yaml-nodes.ts';
import { yamlMessage } from './yaml-problems.ts';

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
