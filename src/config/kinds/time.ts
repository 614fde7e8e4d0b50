import { DURATION_FORM, DURATION_PATTERN, durationOf, formatDuration } from '../../kit/duration.ts';
import { nearest } from '../problem.ts';
import { type Kind, scalarKind } from './kind.ts';

/** Creates a kind of durations from `minMs` to `maxMs`, in milliseconds; its value is in milliseconds. */
export function durationMs(minMs: number, maxMs: number): Kind<number> {
  return scalarKind({
    noun: 'a duration',
    allowed: `${DURATION_FORM}, from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`,
    schema: {
      anyOf: [{ type: 'string', pattern: DURATION_PATTERN }, ...(minMs === 0 ? [{ const: 0 }] : [])],
    },
    parse(value, reject) {
      // Only 0 needs no unit.
      const ms = value === 0 ? 0 : durationOf(value);
      if (ms === undefined) return undefined;
      return ms >= minMs && ms <= maxMs ? ms : reject('Out of range');
    },
    show: formatDuration,
  });
}

const GRAMMAR = /^(\d{1,2}):(\d{2})$/;
const DAY_MINUTES = 1_440;

/** A time of day; its value is in minutes since midnight, 1,440 for 24:00. */
export const timeOfDay: Kind<number> = scalarKind({
  noun: 'a time of day',
  allowed: 'a time of day from "00:00" to "24:00", in quotes',
  schema: { type: 'string', pattern: '^\\d{1,2}:[0-5]\\d$' },
  parse(value) {
    const match = typeof value === 'string' ? GRAMMAR.exec(value) : null;
    if (!match || Number(match[2]) > 59) return undefined;
    const minute = Number(match[1]) * 60 + Number(match[2]);
    return minute <= DAY_MINUTES ? minute : undefined;
  },
  show: (minute) => {
    const [hours, minutes] = [Math.floor(minute / 60), minute % 60];
    return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
  },
});

/** Names of time zones. Offsets such as `+02:00` are not allowed: they have no daylight saving time. */
const PLACE = /^[a-z][\w+-]*(?:\/[\w+-]+){0,2}$/i;

/** A time zone of the IANA database. */
export const timeZone: Kind<string> = scalarKind({
  noun: 'a time zone',
  allowed: 'the name of a time zone such as UTC or Europe/Berlin',
  parse(value, reject) {
    if (typeof value !== 'string') return undefined;
    const canonical = PLACE.test(value) ? canonicalName(value) : undefined;
    if (canonical !== undefined) return canonical;
    const meant = nearest(value, Intl.supportedValuesOf('timeZone'));
    return meant === undefined ? undefined : reject(`Not a time zone, did you mean ${meant}`);
  },
  show: (value) => value,
});

/** Returns the name in the spelling of the database; undefined if there is no such time zone. */
function canonicalName(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
