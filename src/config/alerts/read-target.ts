import type { ReceiverTarget } from '../../domain/alerts/delivery/receiver.ts';
import { Secret } from '../../kit/secret.ts';
import { comparePlaces, type Input, type Place } from '../input.ts';
import { readHeaders } from '../request-settings.ts';
import type { Scope } from '../scope.ts';
import { readWebAuthorization } from '../web-authorization.ts';
import type { ReceiverEntry, TargetEntry } from './receiver-settings.ts';
import { readSecretOrFile, type SecretRules, URL_RULES } from './secret-or-file.ts';

/** Kinds of receivers, by the key of their block. */
const TARGET_KINDS = [
  'slack',
  'slack_bot',
  'webhook',
  'alertmanager',
  'pagerduty',
  'teams',
  'discord',
  'ntfy',
] as const satisfies readonly ReceiverTarget['kind'][];

/** A token is sent in a header, which must not contain control characters. */
const TOKEN_RULES: SecretRules = {
  isRequired: true,
  problemOf: (text) =>
    /^[\x21-\x7e]+$/.test(text.trim()) ? undefined : 'is not one word of plain characters',
};
/** https://developer.pagerduty.com/docs/events-api-v2-overview: an integration key of 32 characters. */
const ROUTING_KEY_RULES: SecretRules = {
  isRequired: true,
  problemOf: (text) => (/^[a-z0-9]{32}$/i.test(text) ? undefined : 'is not a key of 32 letters and digits'),
};
/** The allowed topics (https://docs.ntfy.sh/publish/). */
const TOPIC_RULES: SecretRules = {
  isRequired: true,
  problemOf: (text) =>
    /^[\w-]{1,64}$/.test(text) ? undefined : 'is not a topic of 1 to 64 letters, digits, _ and -',
};

/** Reads the target of a receiver; undefined if it is invalid, which is reported. */
export async function readTarget(entry: ReceiverEntry, scope: Scope): Promise<ReceiverTarget | undefined> {
  const { values, written, key, place } = entry;
  const [kind, second] = TARGET_KINDS.filter((name) => written[name]).sort((a, b) =>
    comparePlaces(written[a]?.place ?? place, written[b]?.place ?? place),
  );
  const allowed = `one of ${TARGET_KINDS.join(', ')}`;
  if (kind === undefined) {
    scope.report({ place, key, message: 'The receiver has no kind', allowed });
    return undefined;
  }
  const other = second && written[second];
  if (other) {
    const message = `The receiver already has the kind ${kind}`;
    scope.report({ place: other.place, key: `${key}.${second}`, message, allowed });
  }
  return values[kind] && READERS[kind](values, scope);
}

type ReadTarget = (values: ReceiverEntry['values'], scope: Scope) => Promise<ReceiverTarget | undefined>;

const READERS: Readonly<Record<ReceiverTarget['kind'], ReadTarget>> = {
  slack: async ({ slack }, scope) => {
    const webhookUrl = slack && (await readSecretOrFile(slack, 'webhook_url', URL_RULES, scope));
    return webhookUrl && { kind: 'slack', webhookUrl, mention: slack.values.mention };
  },
  slack_bot: async ({ slack_bot: bot }, scope) => {
    const token = bot && (await readSecretOrFile(bot, 'token', TOKEN_RULES, scope));
    if (!bot || !reportMissing(bot, 'channel', scope)) return undefined;
    const { channel, mention, api_url: apiUrl } = bot.values;
    if (!token || channel === undefined) return undefined;
    return { kind: 'slack_bot', token, channel, mention, apiUrl: apiUrl.href.replace(/\/$/, '') };
  },
  webhook: async ({ webhook }, scope) => webhook && readWebhook(webhook, scope),
  alertmanager: async ({ alertmanager }, scope) => alertmanager && readAlertmanager(alertmanager, scope),
  pagerduty: async ({ pagerduty }, scope) => {
    const routingKey =
      pagerduty && (await readSecretOrFile(pagerduty, 'routing_key', ROUTING_KEY_RULES, scope));
    return routingKey && { kind: 'pagerduty', routingKey, url: pagerduty.values.url.href };
  },
  teams: async ({ teams }, scope) => {
    const webhookUrl = teams && (await readSecretOrFile(teams, 'webhook_url', URL_RULES, scope));
    return webhookUrl && { kind: 'teams', webhookUrl };
  },
  discord: async ({ discord }, scope) => {
    const webhookUrl = discord && (await readSecretOrFile(discord, 'webhook_url', URL_RULES, scope));
    return webhookUrl && { kind: 'discord', webhookUrl, mention: discord.values.mention };
  },
  ntfy: async ({ ntfy }, scope) => {
    if (!ntfy) return undefined;
    const topic = await readSecretOrFile(ntfy, 'topic', TOPIC_RULES, scope);
    const token = await readSecretOrFile(ntfy, 'token', { ...TOKEN_RULES, isRequired: false }, scope);
    return topic && { kind: 'ntfy', url: ntfy.values.url.href, topic, token };
  },
};

async function readWebhook(entry: TargetEntry<'webhook'>, scope: Scope): Promise<ReceiverTarget | undefined> {
  const url = await readSecretOrFile(entry, 'url', URL_RULES, scope);
  const hmacSecret = await readSecretOrFile(entry, 'hmac_secret', { isRequired: false }, scope);
  const headers = await readHeaders(entry, scope);
  return url && { kind: 'webhook', url, headers, hmacSecret };
}

async function readAlertmanager(
  entry: TargetEntry<'alertmanager'>,
  scope: Scope,
): Promise<ReceiverTarget | undefined> {
  const { values, written } = entry;
  const read = await readWebAuthorization(entry, scope);
  const isLetIn = written.bearer_token ?? written.bearer_token_file ?? written.username;
  if (!reportMissing(entry, 'url', scope) || !values.url) return undefined;
  const urls = values.url.map(({ href }) => new Secret(href.replace(/\/$/, '')));
  return {
    kind: 'alertmanager',
    urls: urls.map((url) => async () => url),
    authorization: isLetIn ? read : undefined,
    resendIntervalMs: values.resend_interval,
  };
}

/** Reports a required key if it is missing; returns whether it is written. */
function reportMissing<N extends string>(
  entry: {
    readonly key: string;
    readonly place: Place;
    readonly written: { readonly [K in N]: Input | undefined };
  },
  name: N,
  { report }: Scope,
): boolean {
  if (entry.written[name]) return true;
  report({ place: entry.place, key: `${entry.key}.${name}`, message: 'It is missing', allowed: name });
  return false;
}
