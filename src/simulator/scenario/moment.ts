import { parseDuration } from '../../kit/duration.ts';
import type { Zone } from './zone.ts';

/** When something happens, as it is written. */
export type Moment =
  /** So many milliseconds after the start. */
  | { readonly kind: 'after'; readonly ms: number }
  /** When clocks show this: see `WallTime`. */
  | { readonly kind: 'wall'; readonly wallTime: number };

/** What a moment may look like, for messages. */
export const MOMENT_FORM =
  'a time after the start such as 2h30m, or a date and time such as 2026-11-25T14:00';
/** What a date and time may look like, for messages. */
export const WALL_TIME_FORM = 'a date and time such as 2026-11-23T00:00';

const WALL_TIME = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?$/;

/** Reads a moment; undefined for what is none. */
export function parseMoment(value: unknown): Moment | undefined {
  const wallTime = parseWallTime(value);
  if (wallTime !== undefined) return { kind: 'wall', wallTime };
  if (value === 0) return { kind: 'after', ms: 0 };
  if (typeof value !== 'string') return undefined;
  try {
    return { kind: 'after', ms: parseDuration(value) };
  } catch {
    return undefined;
  }
}

/** Reads `2026-11-23T09:30` or `2026-11-23`; undefined for anything else, such as a day that does not exist. */
export function parseWallTime(value: unknown): number | undefined {
  const [text, year, month, day, hour = '00', minute = '00'] = WALL_TIME.exec(String(value)) ?? [];
  if (text === undefined) return undefined;
  const wallTime = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  const isReal = new Date(wallTime).toISOString().startsWith(`${year}-${month}-${day}T${hour}:${minute}`);
  return isReal ? wallTime : undefined;
}

/** The moment in milliseconds since the epoch. */
export function instantOfMoment(moment: Moment, startAt: number, zone: Zone): number {
  return moment.kind === 'after' ? startAt + moment.ms : zone.instantOf(moment.wallTime);
}
