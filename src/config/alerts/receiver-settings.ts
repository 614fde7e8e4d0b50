import { SEVERITIES } from '../../domain/alerts/severity.ts';
import { oneOf, trueOrFalse } from '../kinds/choice.ts';
import { credentialName } from '../kinds/credential-name.ts';
import { durationMs } from '../kinds/duration.ts';
import { distinct, listOf } from '../kinds/list.ts';
import type { ReadMap } from '../kinds/map.ts';
import { mapOf } from '../kinds/map.ts';
import { timeOfDay } from '../kinds/time-of-day.ts';
import { timeZone } from '../kinds/time-zone.ts';
import { optional, setting } from '../setting.ts';
import { TARGET_SETTINGS } from './target-settings.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Days of the week as they are written; the index is that of `Date.getDay()`. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** After how long a receiver is told again. */
export const repeatInterval = durationMs(5 * MINUTE_MS, 30 * DAY_MS);

/** The keys of `alerts.receivers[].quiet_hours`. */
export const QUIET_HOURS_SETTINGS = {
  from: optional(timeOfDay),
  to: optional(timeOfDay),
  time_zone: setting(timeZone, 'UTC'),
  days: setting(distinct(listOf(oneOf(WEEKDAYS), { nouns: 'days', orOne: true })), [...WEEKDAYS]),
};

/** The keys of `alerts.receivers[]`: a name, one kind, and what it hears. */
export const RECEIVER_SETTINGS = {
  name: optional(credentialName),
  slack: optional(mapOf(TARGET_SETTINGS.slack)),
  slack_bot: optional(mapOf(TARGET_SETTINGS.slack_bot)),
  webhook: optional(mapOf(TARGET_SETTINGS.webhook)),
  alertmanager: optional(mapOf(TARGET_SETTINGS.alertmanager)),
  pagerduty: optional(mapOf(TARGET_SETTINGS.pagerduty)),
  teams: optional(mapOf(TARGET_SETTINGS.teams)),
  discord: optional(mapOf(TARGET_SETTINGS.discord)),
  ntfy: optional(mapOf(TARGET_SETTINGS.ntfy)),
  severities: optional(distinct(listOf(oneOf(SEVERITIES), { nouns: 'severities', orOne: true }))),
  send_resolved: optional(trueOrFalse),
  repeat_interval: optional(repeatInterval),
  quiet_hours: optional(mapOf(QUIET_HOURS_SETTINGS)),
};

/** One entry of `alerts.receivers` as it was read. */
export type ReceiverEntry = ReadMap<typeof RECEIVER_SETTINGS>;

/** The block of a kind as it was read. */
export type TargetEntry<K extends keyof typeof TARGET_SETTINGS> = ReadMap<(typeof TARGET_SETTINGS)[K]>;
