import { showInput } from '../config/input.ts';
import { type Kind, scalarKind } from '../config/kinds/kind.ts';
import { threshold, wholeNumber as wholeNumberKind } from '../config/kinds/number.ts';
import type { Threshold } from '../domain/alerts/rules/alert-rule.ts';

/** Returns the kind of a text that is not empty. `noun` names it in messages: `the path of a file`. */
export function plainText(noun: string): Kind<string> {
  return scalarKind({
    noun,
    allowed: noun,
    parse: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
    show: (value) => value,
  });
}

/** Returns the kind of a whole number from `min` to `max`, both allowed. */
export function wholeNumber(min: number, max: number): Kind<number> {
  return fromDigits(wholeNumberKind(min, max));
}

/** Converts a text of digits to a number before `kind` reads it: every value of a command line is text. */
function fromDigits<T>(kind: Kind<T>): Kind<T> {
  return {
    ...kind,
    read(input, key, report) {
      const isNumber = input.kind === 'scalar' && /^\d+$/.test(String(input.value));
      const value = isNumber ? { ...input, value: Number(input.value) } : input;
      return kind.read(value, key, (problem) => report({ ...problem, found: showInput(input) }));
    },
  };
}

/** A date and a time in UTC or with an offset (RFC 3339). Seconds and their fraction are optional. */
const GRAMMAR = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/i;

/** The form of a time, for error messages. */
export const ISO_TIME_FORM = 'a time such as 2026-11-23T21:00:00Z';

/**
 * Parses a time of the form RFC 3339.
 * @returns milliseconds since the epoch; undefined if the text is not a time
 */
export function parseIsoTime(text: string): number | undefined {
  const at = GRAMMAR.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** The kind of a time, read as milliseconds since the epoch. */
export const isoTime: Kind<number> = scalarKind({
  noun: 'a time',
  allowed: ISO_TIME_FORM,
  parse: (value) => (typeof value === 'string' ? parseIsoTime(value) : undefined),
  show: (value) => new Date(value).toISOString(),
});

/** A threshold of remaining pulls: `20%` of the limit, or `20` pulls. */
export const thresholdText: Kind<Threshold> = fromDigits(threshold);
