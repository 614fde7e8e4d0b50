import { type BakeTarget, evaluateOr, expandBlock, MAX_TARGETS, type Report } from './bake-block.ts';
import type { HclScope } from './hcl-evaluate.ts';
import type { HclBody, HclPlace, HclValue } from './hcl-syntax.ts';
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
/** The deepest inheritance of targets. */
const MAX_DEPTH = 100;

/** Reads targets and groups, with matrices and inherited values, as Bake does. */
export function readBakeTargets(files: readonly BakeFile[], scope: HclScope, report: Report): BakeTargets {
  const own = new Map<string, BakeTarget>();
  const groups = new Map<string, readonly string[]>();
  const places = new Map<string, HclPlace & { readonly file: string }>();
  const blocks = files.flatMap(({ name, body }) => body.blocks.map((block) => ({ file: name, block })));
  for (const { file, block } of blocks.filter((one) => one.block.type === 'target')) {
    const label = block.labels[0] ?? '';
    if (own.size >= MAX_TARGETS) {
      report({ ...block, file }, `More than ${MAX_TARGETS} targets: this one is not counted`);
      break;
    }
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
    if (!Array.isArray(names)) continue;
    groups.set(label, [...(groups.get(label) ?? []), ...names.map((name) => toText(name, true))]);
    places.set(label, { ...(attribute ?? block), file });
  }
  for (const [label, place] of places) {
    const missing = groups.get(label)?.find((name) => !groups.has(name) && !own.has(name));
    if (missing !== undefined) report(place, `${label} names a target that is missing: ${missing}`);
  }
  const known = new Map<string, BakeTarget | undefined>();
  const targets = new Map([...own.keys()].map((name) => [name, inherit(name, own, known, report)]));
  const hasDefault = groups.has('default') || targets.has('default');
  return { targets, byDefault: hasDefault ? membersOf('default', groups) : undefined };
}

/**
 * Returns a target with the values of those that it inherits. One that inherits itself has its own values only.
 * @param known the targets so far; undefined for those that are not finished
 */
function inherit(
  name: string,
  own: ReadonlyMap<string, BakeTarget>,
  known: Map<string, BakeTarget | undefined>,
  report: Report,
  depth = MAX_DEPTH,
): BakeTarget {
  const finished = known.get(name);
  if (finished) return finished;
  const target = own.get(name) as BakeTarget;
  known.set(name, undefined);
  const parents = target.values.get('inherits');
  let base: BakeTarget | undefined;
  for (const one of Array.isArray(parents) ? (parents as readonly HclValue[]) : []) {
    const parent = toText(one, true);
    if (!own.has(parent)) report(target, `${name} inherits a target that is missing: ${parent}`);
    else if (depth === 0) report(target, `Targets inherit each other more than ${MAX_DEPTH} deep`);
    else {
      const isOpen = known.has(parent) && known.get(parent) === undefined;
      const found = isOpen ? undefined : inherit(parent, own, known, report, depth - 1);
      if (found) base = mergeTargets(base, found, false);
    }
  }
  const merged = mergeTargets(base, target, false);
  known.set(name, merged);
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
