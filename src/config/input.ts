import { cutText } from '../kit/foreign-text.ts';
/** Where a value was written. `default` marks a value that was not written. Lines and columns count from 1. */
export type Place =
  | { readonly kind: 'file'; readonly path: string; readonly line: number; readonly column: number }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'default' };

/** Formats a place in a form that editors recognise: `headroom.yml:7:13`, `HEADROOM_LOG_LEVEL`, `--log.level`. */
export function formatPlace(place: Place): string {
  switch (place.kind) {
    case 'file':
      return `${place.path}:${place.line}:${place.column}`;
    case 'environment':
      return place.variable;
    case 'flag':
      return place.flag;
    case 'default':
      return 'default';
  }
}

/** Compares two places for `Array.sort()`: flags, environment variables, defaults, then the file by line and column. */
export function comparePlaces(a: Place, b: Place): number {
  if (a.kind === 'file' && b.kind === 'file') return a.line - b.line || a.column - b.column;
  return RANK[a.kind] - RANK[b.kind];
}

const RANK: Readonly<Record<Place['kind'], number>> = { flag: 0, environment: 1, default: 2, file: 3 };

/**
 * A value as written by the user, each part with its place. YAML, environment variables and flags have the same form, so
 * that the same rules read them and every problem can name its place.
 */
export type Input = ScalarInput | ListInput | MapInput;

/** A single value; the value of an environment variable or a flag is always a string. */
export interface ScalarInput {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
}

/** A list of values. */
interface ListInput {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Input[];
}

/** Values by key; a `Map`, so that a key such as `__proto__` has no special meaning. */
export interface MapInput {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, MapEntry>;
}

/** The value of a key, and the place of the key itself. */
export interface MapEntry {
  readonly keyPlace: Place;
  readonly input: Input;
}

const MAX_SHOWN = 100;

/** Formats a value for a problem: quoted, without control characters, at most 100 characters. */
export function showInput(input: Input): string {
  if (input.kind !== 'scalar') return input.kind === 'list' ? 'a list' : 'a map';
  if (input.value === null) return 'nothing';
  if (typeof input.value !== 'string') return String(input.value);
  const text = JSON.stringify(input.value);
  return text.length <= MAX_SHOWN ? text : `${cutText(text, MAX_SHOWN - 1)}"`;
}

/** Reports whether a key has no value, as `poll:` with nothing below it. */
export function isNull(input: Input): boolean {
  return input.kind === 'scalar' && input.value === null;
}

/** Environment variables by name, in the form of `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the value of an environment variable; undefined if it is unset or empty, since Compose and Helm set empty ones. */
export function environmentInput(env: Environment, variable: string): ScalarInput | undefined {
  const value = env[variable];
  if (value === undefined || value === '') return undefined;
  return { kind: 'scalar', place: { kind: 'environment', variable }, value };
}
