import { type Kind, scalarKind } from '../config/kinds/kind.ts';
import { formatThreshold, threshold } from '../config/kinds/number.ts';

/** Any text that is not empty: `noun` says what it names, such as `the path of a file`. */
export function plainText(noun: string): Kind<string> {
  return scalarKind({
    noun,
    allowed: noun,
    parse: (value) => (typeof value === 'string' && value !== '' ? value : undefined),
    show: (value) => value,
  });
}

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

/** A day and a time, with seconds and their fraction or without, in UTC or with an offset (RFC 3339). */
const GRAMMAR = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/i;

/** What a time may look like, for error messages. */
export const ISO_TIME_FORM = 'a time such as 2026-11-23T21:00:00Z';

/**
 * Reads a time.
 * @returns milliseconds since the epoch; undefined when the text is none
 */
export function parseIsoTime(text: string): number | undefined {
  const at = GRAMMAR.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** A time on a command line, as milliseconds since the epoch. */
export const isoTime: Kind<number> = scalarKind({
  noun: 'a time',
  allowed: ISO_TIME_FORM,
  parse: (value) => (typeof value === 'string' ? parseIsoTime(value) : undefined),
  show: (value) => new Date(value).toISOString(),
});

/** A threshold as a command line has it: `20%`, or `20`, where a number is text. */
export const thresholdText = scalarKind({
  noun: 'a share or a number of pulls',
  allowed: threshold.allowed,
  parse(value) {
    const written = /^\d+$/.test(String(value)) ? Number(value) : value;
    return threshold.read(
      { kind: 'scalar', place: { kind: 'default' }, value: written },
      '',
      () => undefined,
    );
  },
  show: formatThreshold,
});
