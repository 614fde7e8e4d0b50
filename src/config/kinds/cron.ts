import { validateDetailed } from 'node-cron';
import type { Kind } from './kind.ts';
import { scalarKind } from './kind.ts';

/** The names of node-cron's fields, as its documentation for people writes them. */
const FIELD_WORDS: Readonly<Record<string, string>> = {
  dayOfMonth: 'day of month',
  dayOfWeek: 'day of week',
};

/** When to poll, as node-cron reads it (https://nodecron.com/cron-syntax). */
export const cronExpression: Kind<string> = scalarKind({
  noun: 'a cron expression',
  allowed:
    'a cron expression of 5 fields (minute, hour, day of month, month, day of week) or 6 (second first), in quotes',
  parse(value, refuse) {
    if (typeof value !== 'string') return undefined;
    const fields = value.trim().split(' ').length;
    // node-cron also takes one-word nicknames; the intervals of `@daily` are longer than any limit's window.
    if (fields === 1) return undefined;
    if (fields !== 5 && fields !== 6) return refuse(`Not a cron expression, it has ${fields} fields`);
    const { valid, errors } = validateDetailed(value);
    if (valid) return value.trim();
    const field = errors[0]?.field;
    if (fields !== 5 && fields !== 6) return refuse(`Not a cron expression, it has ${fields} fields`);
    if (field === undefined || field === 'expression') return undefined;
    return refuse(`Not a cron expression, its ${FIELD_WORDS[field] ?? field} is wrong`);
  },
  show: (value) => value,
});
