import { validateDetailed } from 'node-cron';
import {
  formatImageReference,
  type ImageReference,
  parseImageReference,
} from '../../domain/image-reference.ts';
import { type Kind, scalarKind } from '../kinds/kind.ts';
import { wholeNumber } from '../kinds/number.ts';
import { durationMs, timeZone } from '../kinds/time.ts';
import { readSection, type Scope, type Section } from '../scope.ts';
import { optional, type ReadSettings, setting } from '../settings.ts';

/** The names of node-cron's fields in messages. */
const FIELD_WORDS: Readonly<Record<string, string>> = {
  dayOfMonth: 'day of month',
  dayOfWeek: 'day of week',
};

/** A cron expression of 5 or 6 fields in the syntax of node-cron (https://nodecron.com/cron-syntax). */
const cronExpression: Kind<string> = scalarKind({
  noun: 'a cron expression',
  allowed:
    'a cron expression of 5 fields (minute, hour, day of month, month, day of week) or 6 (second first), in quotes',
  parse(value, reject) {
    if (typeof value !== 'string') return undefined;
    const fields = value.trim().split(' ').length;
    // Nicknames such as `@daily` are rejected: their intervals are longer than any limit's window.
    if (fields === 1) return undefined;
    if (fields !== 5 && fields !== 6) return reject(`Not a cron expression, it has ${fields} fields`);
    const { valid, errors } = validateDetailed(value);
    if (valid) return value.trim();
    const field = errors[0]?.field;
    if (fields !== 5 && fields !== 6) return reject(`Not a cron expression, it has ${fields} fields`);
    if (field === undefined || field === 'expression') return undefined;
    return reject(`Not a cron expression, its ${FIELD_WORDS[field] ?? field} is wrong`);
  },
  show: (value) => value,
});

/** An image on Docker Hub; other registries do not send Docker's limit. */
const hubImage: Kind<ImageReference> = scalarKind({
  noun: 'an image reference',
  allowed: 'an image on Docker Hub, such as nginx, acme/app:1.2 or docker.io/acme/app@sha256:…',
  parse(value, reject) {
    if (typeof value !== 'string') return undefined;
    const image = parsed(value);
    return image && image.domain !== 'docker.io' ? reject(`Not on Docker Hub but on ${image.domain}`) : image;
  },
  show: formatImageReference,
});

function parsed(value: string): ImageReference | undefined {
  try {
    return parseImageReference(value);
  } catch {
    return undefined;
  }
}

/** Kinds of the poll keys that each credential may override. */
export const POLL_KINDS = {
  schedule: cronExpression,
  timezone: timeZone,
  jitter: durationMs(0, 3_600_000),
  timeout: durationMs(100, 300_000),
  image: hubImage,
};

/** The keys of the section `poll`. The default is a poll each minute. */
export const POLL_SETTINGS = {
  schedule: setting(POLL_KINDS.schedule, '* * * * *'),
  timezone: optional(POLL_KINDS.timezone),
  jitter: setting(POLL_KINDS.jitter, 10_000),
  timeout: setting(POLL_KINDS.timeout, 10_000),
  concurrency: setting(wholeNumber(1, 1_000), 16),
  // The image of Docker's documentation: requests for it do not count as pulls (docs.docker.com/docker-hub/usage/pulls).
  image: setting(POLL_KINDS.image, parseImageReference('ratelimitpreview/test:latest')),
};

/** The values of the section `poll`, the defaults of each credential. */
export type PollValues = ReadSettings<typeof POLL_SETTINGS>['values'];

/** Reads the section `poll`. */
export function readPoll(scope: Scope): Section<PollValues> {
  const { values, shown } = readSection(scope, 'poll', POLL_SETTINGS);
  return { value: values, shown };
}
