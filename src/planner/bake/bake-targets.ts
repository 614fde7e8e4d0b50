import { type BakeTarget, evaluateOr, expandBlock, type Report } from './bake-block.ts';
import type { HclScope } from './hcl-evaluate.ts';
import type { HclBody, HclValue } from './hcl-syntax.ts';
import { toText } from './hcl-text.ts';

/** The targets of a bake. */
export interface BakeTargets {
  readonly targets: ReadonlyMap<string, BakeTarget>;
  /** The targets that `docker buildx bake` builds without arguments; undefined if it builds none. */
  readonly byDefault: ReadonlySet<string> | undefined;
}

/** A file of a bake. */
export interface BakeFile {
  readonly name: string;
  readonly body: HclBody;
}

/** Attributes whose maps are merged with those of the inherited target. */
const MERGED: ReadonlySet<string> = new Set(['args', 'contexts']);
/** The most targets that a target inherits, directly and indirectly. */
const MAX_PARENTS = 200;

/** Reads targets and groups, with matrices and inherited values, as Bake does. */
export function readBakeTargets(files: readonly BakeFile[], scope: HclScope, report: Report): BakeTargets {
  const own = new Map<string, BakeTarget>();
  const groups = new Map<string, readonly string[]>();
  const blocks = files.flatMap(({ name, body }) => body.blocks.map((block) => ({ file: name, block })));
  for (const { file, block } of blocks.filter((one) => one.block.type === 'target')) {
    const label = block.labels[0] ?? '';
    const found = expandBlock(block, file, scope, report);
    for (const target of found) own.set(target.name, mergeTargets(own.get(target.name), target, true));
    const names = found.map(({ name }) => name);
    // The label of a matrix is the group of its targets.
    if (names.length !== 1 || names[0] !== label) groups.set(label, names);
  }
  for (const { file, block } of blocks.filter((one) => one.block.type === 'group')) {
    const attribute = block.body.attributes.get('targets');
    const names = attribute ? evaluateOr([], attribute, file, scope, report) : [];
    const label = block.labels[0] ?? '';
    if (Array.isArray(names))
      groups.set(label, [...(groups.get(label) ?? []), ...names.map((name) => toText(name, true))]);
  }
  const targets = new Map([...own.keys()].map((name) => [name, inherit(name, own, new Map(), report)]));
  const hasDefault = groups.has('default') || targets.has('default');
  return { targets, byDefault: hasDefault ? membersOf('default', groups) : undefined };
}

/** Returns a target with the values of those that it inherits. One that inherits itself has its own values only. */
function inherit(
  name: string,
  own: ReadonlyMap<string, BakeTarget>,
  visited: Map<string, BakeTarget | undefined>,
  report: Report,
): BakeTarget {
  const target = own.get(name) as BakeTarget;
  visited.set(name, undefined);
  const parents = target.values.get('inherits');
  let base: BakeTarget | undefined;
  for (const one of Array.isArray(parents) ? (parents as readonly HclValue[]) : []) {
    const parent = toText(one, true);
    if (!own.has(parent)) report(target, `${name} inherits a target that is missing: ${parent}`);
    else {
      if (visited.size > MAX_PARENTS) report(target, `${name} inherits more than ${MAX_PARENTS} targets`);
      const found =
        visited.has(parent) || visited.size > MAX_PARENTS
          ? visited.get(parent)
          : inherit(parent, own, visited, report);
      if (found) base = mergeTargets(base, found, false);
    }
  }
  const merged = mergeTargets(base, target, false);
  visited.set(name, merged);
  return merged;
}

/** Merges a target into another. @param isSame whether both define the same target in two files, whose parents both count */
function mergeTargets(base: BakeTarget | undefined, target: BakeTarget, isSame: boolean): BakeTarget {
  if (!base) return target;
  const values = new Map(base.values);
  for (const [key, value] of target.values) {
    const before = values.get(key);
    if (MERGED.has(key) && before instanceof Map && value instanceof Map)
      values.set(key, new Map([...before, ...value]));
    else if (isSame && key === 'inherits' && Array.isArray(before) && Array.isArray(value))
      values.set(key, [...before, ...value]);
    else if (value !== null) values.set(key, value);
  }
  return { ...target, values };
}

/** Returns the names of the targets of a group, of the groups in it, and so on. */
function membersOf(name: string, groups: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const names = new Set([name]);
  // Iteration over a set also visits items that are added meanwhile.
  for (const one of names) for (const member of groups.get(one) ?? []) names.add(member);
  return names;
}
