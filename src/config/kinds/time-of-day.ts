import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

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
