import { cutText } from '../kit/foreign-text.ts';
/**
 * Where a value was written: in a file, an environment variable, a flag, or nowhere, as it is a default.
 * Lines and columns count from 1.
 */
export type Place =
  | { readonly kind: 'file'; readonly path: string; readonly line: number; readonly column: number }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'flag'; readonly flag: string }
  | { readonly kind: 'default' };

/** Writes a place so that editors and terminals can jump to it: `headroom.yml:7:13`, `HEADROOM_LOG_LEVEL`, `--log.level`. */
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

/** Orders places for reading: flags, then the environment, then the file from its first line to its last. */
export function comparePlaces(a: Place, b: Place): number {
  if (a.kind === 'file' && b.kind === 'file') return a.line - b.line || a.column - b.column;
  return RANK[a.kind] - RANK[b.kind];
}

const RANK: Readonly<Record<Place['kind'], number>> = { flag: 0, environment: 1, default: 2, file: 3 };

/**
 * What somebody wrote, each part with its place: one form for YAML, environment and flags, so that they are read by the
 * same rules and a problem can point at its line.
 */
export type Input = ScalarInput | ListInput | MapInput;

/** A single value; environment variables and flags are always text. */
export interface ScalarInput {
  readonly kind: 'scalar';
  readonly place: Place;
  readonly value: string | number | boolean | null;
}

/** Values in order. */
interface ListInput {
  readonly kind: 'list';
  readonly place: Place;
  readonly items: readonly Input[];
}

/** Values by key; a `Map`, so that no key can be mistaken for a property of an object. */
export interface MapInput {
  readonly kind: 'map';
  readonly place: Place;
  readonly entries: ReadonlyMap<string, MapEntry>;
}

/** A key with its own place, for problems with the key itself. */
export interface MapEntry {
  readonly keyPlace: Place;
  readonly input: Input;
}

const MAX_SHOWN = 100;

/** A value as a problem shows it: quoted, without control characters, at most 100 characters long. */
export function showInput(input: Input): string {
  if (input.kind !== 'scalar') return input.kind === 'list' ? 'a list' : 'a map';
  if (input.value === null) return 'nothing';
  if (typeof input.value !== 'string') return String(input.value);
  const text = JSON.stringify(input.value);
  return text.length <= MAX_SHOWN ? text : `${cutText(text, MAX_SHOWN - 1)}"`;
}

/** Whether a key is there without a value, as in `poll:` with nothing below it. */
export function isNull(input: Input): boolean {
  return input.kind === 'scalar' && input.value === null;
}

/** Environment variables by name, as `process.env` gives them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What an environment variable says; undefined when it is not set, or empty: Compose and Helm set empty ones. */
export function environmentInput(env: Environment, variable: string): ScalarInput | undefined {
  const value = env[variable];
  if (value === undefined || value === '') return undefined;
  return { kind: 'scalar', place: { kind: 'environment', variable }, value };
}
