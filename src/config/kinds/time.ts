import { DURATION_FORM, formatDuration, parseDuration } from '../../kit/duration.ts';
import { nearest } from '../problem.ts';
import { type Kind, scalarKind } from './kind.ts';

/** A duration between two bounds in milliseconds, both allowed; read as milliseconds. */
export function durationMs(minMs: number, maxMs: number): Kind<number> {
  return scalarKind({
    noun: 'a duration',
    allowed: `${DURATION_FORM}, from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`,
    parse(value, refuse) {
      // A bare 0 is the one number without a unit that says everything.
      const ms = value === 0 ? 0 : parsed(value);
      if (ms === undefined) return undefined;
      return ms >= minMs && ms <= maxMs ? ms : refuse('Out of range');
    },
    show: formatDuration,
  });
}

function parsed(value: string | number | boolean): number | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return parseDuration(value);
  } catch {
    return undefined;
  }
}

const GRAMMAR = /^(\d{1,2}):(\d{2})$/;
const DAY_MINUTES = 1_440;

/** A time of day, read as minutes since midnight; 24:00 is the end of the day. */
export const timeOfDay: Kind<number> = scalarKind({
  noun: 'a time of day',
  allowed: 'a time of day from "00:00" to "24:00", in quotes',
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
