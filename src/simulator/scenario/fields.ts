import { isIP } from 'node:net';
import * as z from 'zod';
import { DURATION_FORM, durationOf, formatDuration } from '../../kit/duration.ts';
import type { Days, Hours, Image } from './scenario.ts';
import { parseHubImage } from './scenario.ts';
import { createZone, parseDays, parseHours, parseMinute } from './time.ts';

/** Separates the problem from the allowed values in the message of a schema. */
const SEPARATOR = '\n';

/** A text that is not empty. */
export const text = custom('Not a text', 'text that is not empty', (value) =>
  typeof value === 'string' && value !== '' ? value : undefined,
);

/** The name of a team, cache or account. */
export const name = custom('Not a name', 'lower-case letters, digits, - and _, 1 to 64 of them', (value) =>
  typeof value === 'string' && /^[a-z0-9][a-z0-9_-]{0,63}$/.test(value) ? value : undefined,
);

/** An IPv4 or IPv6 address. */
export const address = custom('Not an address', 'an IPv4 or IPv6 address', (value) =>
  typeof value === 'string' && isIP(value) !== 0 ? value : undefined,
);

/** A time zone by its IANA name. */
export const timeZone = custom('Not a time zone', 'a name such as UTC or Europe/Berlin', (value) => {
  if (typeof value !== 'string') return undefined;
  try {
    createZone(value);
    return value;
  } catch {
    return undefined;
  }
});

/** Weekdays, parsed to seven booleans, Monday first. */
export const days: z.ZodType<Days> = custom(
  'Not weekdays',
  'mon, tue, wed, thu, fri, sat and sun, such as mon-fri or "sat, sun"',
  parseDays,
);

/** A period of the day. */
export const hours: z.ZodType<Hours> = custom(
  'Not hours',
  'two times of the day such as 08:00-18:00',
  parseHours,
);

/** A time of the day, parsed to minutes since midnight. */
export const minute = custom('Not a time of the day', '00:00 to 23:59, in quotes', parseMinute);

/** An image with a tag. cross-checks.ts checks that the simulated hub has it. */
export const image: z.ZodType<Image> = custom(
  'Not an image',
  'an image by its tag, such as nginx:1.29',
  parseHubImage,
);

/** Returns the schema of a duration between two inclusive bounds in milliseconds, parsed to milliseconds. */
export function duration(leastMs: number, mostMs: number): z.ZodType<number> {
  const bounds = `from ${formatDuration(leastMs)} to ${formatDuration(mostMs)}`;
  return custom('Not a duration', `${DURATION_FORM}, ${bounds}`, (value) => {
    const ms = value === 0 ? 0 : durationOf(value);
    return ms !== undefined && ms >= leastMs && ms <= mostMs ? ms : undefined;
  });
}

/** Returns the schema of a duration of whole seconds between two inclusive bounds in seconds, parsed to seconds. */
export function wholeSeconds(least: number, most: number): z.ZodType<number> {
  const bounds = `from ${formatDuration(least * 1_000)} to ${formatDuration(most * 1_000)}, in whole seconds`;
  return custom('Not a duration', `${DURATION_FORM}, ${bounds}`, (value) => {
    const seconds = (durationOf(value) ?? Number.NaN) / 1_000;
    return Number.isInteger(seconds) && seconds >= least && seconds <= most ? seconds : undefined;
  });
}

/** Returns the schema of a whole number between two inclusive bounds. */
export function wholeNumber(least: number, most: number): z.ZodType<number> {
  return custom('Not a whole number', `a whole number from ${least} to ${most}`, (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? value
      : undefined,
  );
}

/** Returns the schema of a number between two inclusive bounds. */
export function number(least: number, most: number): z.ZodType<number> {
  return custom('Not a number', `a number from ${least} to ${most}`, (value) =>
    typeof value === 'number' && value >= least && value <= most ? value : undefined,
  );
}

/** Returns the schema of one of several words. Accepts a number, because YAML parses the profile name `2026` as one. */
export function choice<const T extends readonly string[]>(choices: T): z.ZodType<T[number]> {
  return custom('Not one of the choices', choices.join(', '), (value) =>
    choices.find((candidate) => candidate === (typeof value === 'number' ? String(value) : value)),
  );
}

/** Returns the schema of a map with these keys and no others. */
export function map<T extends z.ZodRawShape>(shape: T) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'unrecognized_keys'
        ? schemaMessage('Unknown key', keys)
        : schemaMessage('Not a map', `a map with the keys ${keys}`),
  });
}

/** Returns the schema of a list. `nouns` names its items in messages. */
export function listOf<T extends z.ZodType>(item: T, nouns: string) {
  return z.array(item, { error: schemaMessage('Not a list', `a list of ${nouns}`) });
}

/** Splits the message of a schema into the problem and the allowed values. */
export function splitMessage(message: string): { message: string; allowed?: string } {
  const [wrong = '', allowed] = message.split(SEPARATOR);
  return { message: wrong, ...(allowed === undefined ? {} : { allowed }) };
}

/** Returns the message of a schema: the problem and the allowed values. */
export function schemaMessage(wrong: string, allowed: string): string {
  return `${wrong}${SEPARATOR}${allowed}`;
}

/**
 * Returns the schema of a value that a function parses.
 * @param wrong the problem in the message for an invalid value
 * @param allowed the allowed values in that message
 * @param read returns the parsed value; undefined for an invalid value
 */
export function custom<T>(
  wrong: string,
  allowed: string,
  read: (value: unknown) => T | undefined,
): z.ZodType<T> {
  return z.custom<unknown>().transform((value, context) => {
    const found = read(value);
    if (found !== undefined) return found;
    context.issues.push({ code: 'custom', message: schemaMessage(wrong, allowed), input: value });
    return z.NEVER;
  });
}
