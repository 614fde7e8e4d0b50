import { type Kind, scalarKind } from '../config/kinds/kind.ts';

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
