import type { SourceNode } from '../../domain/pull-cost/collect-images.ts';
import type { PlanProblem, Workload } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import { joinPath, type ReadOptions, type SourceFile, splitPath } from '../source-file.ts';
import type { BakeTarget } from './bake-block.ts';
import { type BakeReading, pairsOf, readTarget } from './bake-build.ts';
import { bodyOfJson } from './bake-json.ts';
import { createBakeScope } from './bake-scope.ts';
import { type BakeFile, readBakeTargets } from './bake-targets.ts';
import { parseHcl } from './hcl-parser.ts';
import { HclError } from './hcl-syntax.ts';

/** The files that `docker buildx bake` reads together, in their order: later ones override earlier ones. */
const TOGETHER = [
  'docker-bake.json',
  'docker-bake.hcl',
  'docker-bake.override.json',
  'docker-bake.override.hcl',
];
/** The longest file that is parsed, in characters (1 Mi). */
const MAX_LENGTH = 1_048_576;
/** Keys of a target, by which a Bake file of any name is recognised. */
const TARGET_KEYS = [
  'context',
  'dockerfile',
  'dockerfile-inline',
  'args',
  'inherits',
  'platforms',
  'tags',
  'matrix',
];

/** Reports whether a document in JSON is a Bake file: by its name, or because its targets are builds. */
export function isBakeJson(document: SourceNode, file: string): boolean {
  if (document.kind !== 'map' || !file.endsWith('.json')) return false;
  if (TOGETHER.includes(splitPath(file).base)) return true;
  const isTarget = (node: SourceNode) => TARGET_KEYS.some((key) => node.get(key).kind !== 'nothing');
  return document
    .get('target')
    .entries()
    .some(([, target]) => target.kind === 'map' && isTarget(target));
}

/**
 * Reads a Bake file in HCL or JSON, together with the others that `docker buildx bake` reads with it. The targets that it
 * builds without arguments are counted; the others cost from 0 pulls.
 */
export function readBake(source: SourceFile, options: ReadOptions): BakeReading {
  const { folder, base } = splitPath(source.name);
  const names = TOGETHER.includes(base) ? TOGETHER : [base];
  const sources = names.flatMap((name) =>
    name === base ? source : (options.findFile(joinPath(folder, name)) ?? []),
  );
  // The first of them reads all.
  if (sources[0] !== source) return { workloads: [], problems: [], follows: [] };
  const problems: PlanProblem[] = [];
  const files = sources.flatMap((file): BakeFile[] => {
    const body = parseBakeFile(file, options);
    if ('message' in body) problems.push(body);
    return 'message' in body ? [] : [{ name: file.name, body }];
  });
  const follows = sources.slice(1).map(({ name }) => name);
  const scope = createBakeScope(
    files.map(({ body }) => body),
    options.variables,
  );
  const { targets, byDefault } = readBakeTargets(files, scope, ({ file, line, column }, message) =>
    problems.push({ file, line, column, message: quoteForeign(message) }),
  );
  const needed = byDefault && withLinked(byDefault, targets);
  const workloads = [...targets.values()].flatMap((target) => {
    const read = readTarget(target, folder, options);
    problems.push(...read.problems);
    follows.push(...read.follows);
    return needed === undefined || needed.has(target.name) ? read.workloads : read.workloads.map(optional);
  });
  return { workloads, problems, follows };
}

/**
 * Parses a Bake file. Returns a problem if it is not valid.
 * @param options find the document of a file in JSON
 */
export function parseBakeFile(
  { name, text }: SourceFile,
  { findFile, documentsOf }: Pick<ReadOptions, 'findFile' | 'documentsOf'>,
): BakeFile['body'] | PlanProblem {
  const start = { file: name, line: 1, column: 1 };
  if (text.length > MAX_LENGTH) return { ...start, message: 'A Bake file of more than 1 MiB' };
  try {
    const file = findFile(name);
    const [document] = name.endsWith('.json') && file ? documentsOf(file) : [];
    return document ? bodyOfJson(document) : parseHcl(text);
  } catch (error) {
    if (!(error instanceof HclError)) throw error;
    const before = text.slice(0, error.offset ?? 0).split('\n');
    const place = { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    return { file: name, ...place, message: quoteForeign(`Not a Bake file: ${error.message}`) };
  }
}

/** Adds the targets that others use as contexts. */
function withLinked(
  names: ReadonlySet<string>,
  targets: ReadonlyMap<string, BakeTarget>,
): ReadonlySet<string> {
  const all = new Set(names);
  for (const name of all) {
    for (const context of pairsOf(targets.get(name)?.values.get('contexts')).values()) {
      if (context.startsWith('target:')) all.add(context.slice('target:'.length));
    }
  }
  return all;
}

function optional(workload: Workload): Workload {
  return { ...workload, copies: { ...workload.copies, pods: { low: 0, high: 1 } } };
}
