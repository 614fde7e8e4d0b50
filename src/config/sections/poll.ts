import { parseImageReference } from '../../domain/image-reference.ts';
import { cronExpression } from '../kinds/cron.ts';
import { durationMs } from '../kinds/duration.ts';
import { hubImage } from '../kinds/image.ts';
import { wholeNumber } from '../kinds/number.ts';
import { timeZone } from '../kinds/time-zone.ts';
import type { ReadSettings } from '../read-settings.ts';
import type { Scope, Section } from '../scope.ts';
import { readSection } from '../scope.ts';
import { optional, setting } from '../setting.ts';

/** Kinds of the poll keys, which every credential may set for itself. */
export const POLL_KINDS = {
  schedule: cronExpression,
  timezone: timeZone,
  jitter: durationMs(0, 3_600_000),
  timeout: durationMs(100, 300_000),
  image: hubImage,
};

/** The section `poll`: every minute, as often as an answer can change. */
export const POLL_SETTINGS = {
  schedule: setting(POLL_KINDS.schedule, '* * * * *'),
  timezone: optional(POLL_KINDS.timezone),
  jitter: setting(POLL_KINDS.jitter, 10_000),
  timeout: setting(POLL_KINDS.timeout, 10_000),
  concurrency: setting(wholeNumber(1, 1_000), 16),
  // Docker's documentation asks this image for the limit, so that nobody's pulls are spent (docs.docker.com/docker-hub/usage/pulls).
  image: setting(POLL_KINDS.image, parseImageReference('ratelimitpreview/test:latest')),
};

/** The poll keys as they were read; credentials take from them what they do not set themselves. */
export type PollValues = ReadSettings<typeof POLL_SETTINGS>['values'];

/** Reads the section `poll`. */
export function readPoll(scope: Scope): Section<PollValues> {
  const { values, shown } = readSection(scope, 'poll', POLL_SETTINGS);
  return { value: values, shown };
}
