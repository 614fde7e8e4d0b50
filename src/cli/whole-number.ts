import { type Kind, scalarKind } from '../config/kinds/kind.ts';

/** A whole number between two bounds, both allowed, as a command line has it: as text. */
export function wholeNumber(min: number, max: number): Kind<number> {
  return scalarKind({
    noun: 'a whole number',
    allowed: `a whole number from ${min} to ${max}`,
    parse(value, refuse) {
      if (!/^\d+$/.test(String(value))) return undefined;
      const number = Number(value);
      return number >= min && number <= max ? number : refuse('Out of range');
    },
    show: (value) => value,
  });
}
