import { HclError, type HclValue } from './hcl-syntax.ts';

/** The longest text or list that an expression may produce, in characters or items. */
export const MAX_LENGTH = 4_096;

/** Returns a value as text, as templates do. @param isWhole whether lists and maps are written as JSON; otherwise they are errors */
export function toText(value: HclValue, isWhole = false): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (isWhole) return JSON.stringify(toJson(value));
  throw new HclError(value === null ? 'A value is null' : 'A list or a map in place of a text');
}

function toJson(value: HclValue): unknown {
  if (value instanceof Map) {
    return Object.fromEntries(
      [...value].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, toJson(one)]),
    );
  }
  return Array.isArray(value) ? value.map(toJson) : value;
}

/** Converts a value of JSON. */
export function fromJson(value: unknown): HclValue {
  if (Array.isArray(value)) return value.map(fromJson);
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([key, one]) => [key, fromJson(one)]));
  }
  return value as HclValue;
}
