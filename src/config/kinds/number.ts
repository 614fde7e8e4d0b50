import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

/** A whole number between two bounds, both allowed. */
export function wholeNumber(min: number, max: number): Kind<number> {
  return scalarKind({
    noun: 'a whole number',
    allowed: `a whole number from ${min} to ${max}`,
    parse(value, refuse) {
      if (!Number.isInteger(value)) return undefined;
      const number = Number(value);
      return number >= min && number <= max ? number : refuse('Out of range');
    },
    show: (value) => value,
  });
}
