import type { Place } from './place.ts';

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
export interface ListInput {
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
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 2)}…"`;
}

/** Whether a key is there without a value, as in `poll:` with nothing below it. */
export function isNothing(input: Input): boolean {
  return input.kind === 'scalar' && input.value === null;
}
