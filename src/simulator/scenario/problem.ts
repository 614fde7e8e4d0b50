import { escapeControls } from '../../kit/foreign-text.ts';
/** One thing that is wrong with a scenario file. */
export interface Problem {
  /** `office.yml:7:13`, so that editors and terminals can jump to it. */
  readonly place: string;
  /** The key in dots, `teams[2].source`; undefined where there is none, as in a YAML syntax error. */
  readonly key?: string;
  /** What is wrong: a sentence without a full stop. */
  readonly message: string;
  /** The value as written; undefined where it says nothing. */
  readonly found?: string;
  /** What would be right. */
  readonly allowed?: string;
}

/** A scenario that cannot be played; holds every problem, in reading order. The message names them all. */
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

/** Something wrong in a scenario, by the path to it: `['teams', 2, 'source']`. Its place in the file is looked up later. */
export interface Finding {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly allowed?: string;
  /** The key itself is wrong, not its value. */
  readonly isAboutKey?: boolean;
}

/** A list in what was read from YAML, each item that is a map with its path. Everything else is somebody else's to report. */
export function mapsAt(
  input: unknown,
  path: readonly PropertyKey[],
): { path: PropertyKey[]; map: UnknownMap }[] {
  const list = valueAt(input, path);
  if (!Array.isArray(list)) return [];
  return list.flatMap((map: unknown, i) => (isMap(map) ? [{ path: [...path, i], map }] : []));
}

/** A map of whatever was written. */
export type UnknownMap = Readonly<Record<string, unknown>>;

/** Whether something is a map. */
export function isMap(value: unknown): value is UnknownMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What stands at a path; undefined where nothing does. */
export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}
