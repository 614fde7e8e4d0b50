import { SEVERITIES } from '../../domain/alerts/rules/alert-rule.ts';
import { oneOf, trueOrFalse } from '../kinds/choice.ts';
import { distinct, listOf } from '../kinds/collection.ts';
import { filePath } from '../kinds/file-path.ts';
import { credentialName, plainText, secretText } from '../kinds/text.ts';
import { durationMs, timeOfDay, timeZone } from '../kinds/time.ts';
import { secretUrl, webUrl } from '../kinds/url.ts';
import { HEADER_SETTINGS } from '../request-settings.ts';
import { mapOf, optional, type ReadMap, setting } from '../settings.ts';
import { AUTHORIZATION_SETTINGS } from '../web-authorization.ts';

const SECOND_MS = 1_000;
/** https://docs.slack.dev/messaging/formatting-message-text#advanced */
const slackMention = plainText({
  noun: 'a mention',
  maxLength: 400,
  grammar: /^(?:<(?:!(?:here|channel|everyone)|!subteam\^S[A-Z0-9]{4,20}|@[UW][A-Z0-9]{4,20})> ?){1,10}$/,
  allowed: '"<!here>", "<!channel>", "<@U012AB3CD>" or "<!subteam^S012AB3CD>", one or several, in quotes',
});

/** https://docs.discord.com/developers/reference#message-formatting */
const discordMention = plainText({
  noun: 'a mention',
  maxLength: 40,
  grammar: /^(?:@here|@everyone|<@&?\d{5,20}>)$/,
  allowed:
    '"@here", "@everyone", "<@123456789012345678>" or, for a role, "<@&123456789012345678>", in quotes',
});

/** The keys of each kind of receiver; each secret has an alternative key with the suffix `_file`. */
export const TARGET_SETTINGS = {
  slack: {
    webhook_url: optional(secretUrl),
    webhook_url_file: optional(filePath),
    mention: optional(slackMention),
  },
  slack_bot: {
    token: optional(secretText),
    token_file: optional(filePath),
    channel: optional(
      plainText({
        noun: 'a channel',
        maxLength: 82,
        grammar: /^#?[\p{L}\p{N}_-]+$/u,
        allowed: 'the id or the name of a channel, such as C012AB3CD or "#builds"',
      }),
    ),
    mention: optional(slackMention),
    api_url: setting(webUrl('https://slack.com/api', 'path'), new URL('https://slack.com/api')),
  },
  webhook: {
    url: optional(secretUrl),
    url_file: optional(filePath),
    ...HEADER_SETTINGS,
    hmac_secret: optional(secretText),
    hmac_secret_file: optional(filePath),
  },
  alertmanager: {
    url: optional(
      distinct(
        listOf(webUrl('http://alertmanager:9093', 'path'), {
          nouns: 'peers',
          allowSingle: true,
        }),
      ),
    ),
    ...AUTHORIZATION_SETTINGS,
    resend_interval: setting(durationMs(5 * SECOND_MS, 600 * SECOND_MS), 60 * SECOND_MS),
  },
  pagerduty: {
    routing_key: optional(secretText),
    routing_key_file: optional(filePath),
    url: setting(
      webUrl('https://events.pagerduty.com/v2/enqueue', 'path'),
      new URL('https://events.pagerduty.com/v2/enqueue'),
    ),
  },
  teams: { webhook_url: optional(secretUrl), webhook_url_file: optional(filePath) },
  discord: {
    webhook_url: optional(secretUrl),
    webhook_url_file: optional(filePath),
    mention: optional(discordMention),
  },
  ntfy: {
    url: setting(webUrl('https://ntfy.sh', 'path'), new URL('https://ntfy.sh')),
    topic: optional(secretText),
    topic_file: optional(filePath),
    token: optional(secretText),
    token_file: optional(filePath),
  },
};

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Days of the week in the configuration; the index is that of `Date.getDay()`. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** The interval after which a firing alert is sent again. */
export const repeatInterval = durationMs(5 * MINUTE_MS, 30 * DAY_MS);

/** The keys of `alerts.receivers[].quiet_hours`. */
export const QUIET_HOURS_SETTINGS = {
  from: optional(timeOfDay),
  to: optional(timeOfDay),
  time_zone: setting(timeZone, 'UTC'),
  days: setting(distinct(listOf(oneOf(WEEKDAYS), { nouns: 'days', allowSingle: true })), [...WEEKDAYS]),
};

/** The keys of `alerts.receivers[]`: a name, one kind, and filters. */
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
  severities: optional(distinct(listOf(oneOf(SEVERITIES), { nouns: 'severities', allowSingle: true }))),
  send_resolved: optional(trueOrFalse),
  repeat_interval: optional(repeatInterval),
  quiet_hours: optional(mapOf(QUIET_HOURS_SETTINGS)),
};

/** The result of reading an entry of `alerts.receivers`. */
export type ReceiverEntry = ReadMap<typeof RECEIVER_SETTINGS>;

/** The result of reading the block of a kind. */
export type TargetEntry<K extends keyof typeof TARGET_SETTINGS> = ReadMap<(typeof TARGET_SETTINGS)[K]>;
