import { escapeControls } from '../../kit/foreign-text.ts';

/** A problem of a scenario file, with its place. */
export interface Problem {
  /** File, line and column, such as `office.yml:7:13`. */
  readonly place: string;
  /** Path of the key, such as `teams[2].source`; undefined if there is none, as in a YAML syntax error. */
  readonly key?: string;
  /** The problem, without a final period. */
  readonly message: string;
  /** The invalid value; undefined for a missing value, a map or a list. */
  readonly found?: string;
  /** The allowed values. */
  readonly allowed?: string;
}

/** Thrown for an invalid scenario, with every problem in the order of the file. The message has one line for each. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(
      [`The scenario has ${count}:`, ...problems.map((problem) => `  ${formatProblem(problem)}`)].join('\n'),
    );
    this.problems = problems;
  }
}

function formatProblem({ place, key, message, found, allowed }: Problem): string {
  const text = [place, key, message, found].filter((part) => part !== undefined).join(': ');
  return escapeControls(allowed === undefined ? text : `${text}. Allowed: ${allowed}`);
}

/** A problem of a scenario by its path, such as `['teams', 2, 'source']`, without its place in the file. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly allowed?: string;
  /** True if the key is wrong, not its value. */
  readonly isAboutKey?: boolean;
}

/** Returns the maps in the list at a path of parsed YAML, each with its path; empty if there is no list. */
export function mapsAt(
  input: unknown,
  path: readonly PropertyKey[],
): { path: PropertyKey[]; map: UnknownMap }[] {
  const list = valueAt(input, path);
  if (!Array.isArray(list)) return [];
  return list.flatMap((map: unknown, i) => (isMap(map) ? [{ path: [...path, i], map }] : []));
}

/** A map with unchecked values. */
export type UnknownMap = Readonly<Record<string, unknown>>;

/** Reports whether a value is a map. */
export function isMap(value: unknown): value is UnknownMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the value at a path; undefined if there is none. */
export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}
