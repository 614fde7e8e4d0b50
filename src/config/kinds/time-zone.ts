import { nearest } from '../nearest.ts';
import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

/** Offsets such as `+02:00` are no places: they know no summer time. */
const PLACE = /^[a-z][\w+-]*(?:\/[\w+-]+){0,2}$/i;

/** A time zone of the IANA database. */
export const timeZone: Kind<string> = scalarKind({
  noun: 'a time zone',
  allowed: 'the name of a time zone such as UTC or Europe/Berlin',
  parse(value, refuse) {
    if (typeof value !== 'string') return undefined;
    const canonical = PLACE.test(value) ? canonicalName(value) : undefined;
    if (canonical !== undefined) return canonical;
    const meant = nearest(value, Intl.supportedValuesOf('timeZone'));
    return meant === undefined ? undefined : refuse(`Not a time zone, did you mean ${meant}`);
  },
  show: (value) => value,
});

/** The spelling of the database, as names are found in any case; undefined when there is none. */
function canonicalName(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
