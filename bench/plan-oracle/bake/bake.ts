import { readFileSync } from 'node:fs';
import { createBakeScope } from '../../../src/planner/bake/bake-scope.ts';
import { type BakeFile, readBakeTargets } from '../../../src/planner/bake/bake-targets.ts';
import type { HclValue } from '../../../src/planner/bake/hcl-syntax.ts';
import { toText } from '../../../src/planner/bake/hcl-text.ts';
import { parseBakeFile } from '../../../src/planner/bake/read-bake.ts';
import { createFileIndex } from '../../../src/planner/file-index.ts';
import { type Comparison, compareImages } from '../comparison.ts';

/** A line of the oracle: the targets of a file by name, or why Bake rejects it. */
interface Answer {
  readonly file: string;
  readonly error?: string;
  readonly targets?: Readonly<Record<string, Readonly<Record<(typeof KEYS)[number], unknown>>>>;
}

/** The values of a target that its images depend on. */
const KEYS = ['context', 'dockerfile', 'inline', 'args', 'contexts', 'target', 'platforms'] as const;

/** Compares the values of all targets of a Bake file with those of `buildx bake`. */
export const bake: Comparison = {
  nameOf: (answer) => (answer as Answer).file,
  compare(answer) {
    const { file, error, targets = {} } = answer as Answer;
    const { found, problems } = readTargets(file);
    if (error !== undefined) {
      return problems.length > 0 ? undefined : { isRejected: true, isSilent: false, lines: [error] };
    }
    const expected = Object.entries(targets).map(
      ([target, values]) => [target, KEYS.map((key) => show(values[key])).join(' | ')] as const,
    );
    const own = new Map([...found].map(([target, values]) => [target, describe(values)]));
    // The name of a target has no influence on images, and may depend on functions that are not evaluated.
    const unnamed = [...own].filter(([target]) => !(target in targets)).map(([, values]) => values);
    const actual = expected.map(
      ([target, values]) => own.get(target) ?? unnamed.find((other) => other === values) ?? '',
    );
    return compareImages(
      { workloads: [], problems },
      actual,
      expected.map(([, values]) => values),
    );
  },
};

function describe(values: ReadonlyMap<string, HclValue>): string {
  return KEYS.map((key) =>
    show(values.get(key === 'inline' ? 'dockerfile-inline' : key) ?? defaultOf(key)),
  ).join(' | ');
}

function readTargets(name: string) {
  const problems: { file: string; line: number; column: number; message: string }[] = [];
  const file = { name, text: readFileSync(name, 'utf8') };
  const body = parseBakeFile(file, createFileIndex([file]));
  if ('message' in body) return { found: new Map<string, ReadonlyMap<string, HclValue>>(), problems: [body] };
  const files: BakeFile[] = [{ name, body }];
  const { targets } = readBakeTargets(files, createBakeScope([body], new Map()), (place, message) =>
    problems.push({ ...place, message }),
  );
  return { found: new Map([...targets].map(([target, { values }]) => [target, values])), problems };
}

function defaultOf(key: string): HclValue {
  return key === 'context' ? '.' : key === 'dockerfile' ? 'Dockerfile' : null;
}

/** Formats a value of the oracle or of the reader; empty lists and maps are as absent ones. */
function show(value: unknown): string {
  if (value instanceof Map) return show(Object.fromEntries(value));
  if (value === null || value === undefined || value === '') return '';
  if (Array.isArray(value)) return value.map(show).join(',');
  if (typeof value !== 'object') return toText(value as HclValue, true);
  return Object.entries(value)
    .filter(([, one]) => one !== null)
    .map(([key, one]) => `${key}=${show(one)}`)
    .toSorted()
    .join(',');
}
