import type { Received, Reply } from './receiving-server.ts';

/** Anything that JSON has between braces. */
type Json = Readonly<Record<string, unknown>>;

/**
 * Stands in for PagerDuty's Events API v2, by https://developer.pagerduty.com/docs/send-alert-event: what its
 * documentation does not allow is refused as PagerDuty does, with the reason in full.
 */
export function answerAsPagerduty({ body }: Received): Reply {
  const { routing_key, event_action, dedup_key, payload, ...rest } = JSON.parse(body) as Json;
  const errors = [
    ...(Buffer.byteLength(body) > 512_000 ? ['the event is too large'] : []),
    ...(/^[a-z0-9]{32}$/.test(String(routing_key)) ? [] : ["'routing_key' is invalid"]),
    ...(['trigger', 'acknowledge', 'resolve'].includes(String(event_action))
      ? []
      : ["'event_action' is invalid"]),
    ...(typeof dedup_key === 'string' && dedup_key.length <= 255 ? [] : ["'dedup_key' is too long"]),
    ...(event_action === 'trigger' ? payloadErrors(payload) : []),
    ...unknownKeys(rest, ['client', 'client_url', 'links']),
  ];
  if (errors.length === 0) return json(202, { status: 'success', message: 'Event processed', dedup_key });
  return json(400, { status: 'invalid event', message: 'Event object is invalid', errors });
}

function payloadErrors(payload: unknown): string[] {
  const { summary, source, severity, timestamp } = (payload ?? {}) as Json;
  return [
    ...(isText(summary, 1_024) ? [] : ["'summary' is invalid"]),
    ...(isText(source, 1_024) ? [] : ["'source' is invalid"]),
    ...(['critical', 'error', 'warning', 'info'].includes(String(severity)) ? [] : ["'severity' is invalid"]),
    ...(Number.isNaN(Date.parse(String(timestamp))) ? ["'timestamp' is invalid"] : []),
  ];
}

/** Stands in for Discord's Execute Webhook (https://docs.discord.com/developers/resources/webhook). */
export function answerAsDiscord({ body, path }: Received): Reply {
  const { content, embeds, allowed_mentions, ...rest } = JSON.parse(body) as Json;
  const list = Array.isArray(embeds) ? (embeds as Json[]) : [];
  const total = list.reduce((sum, { title, description, footer }) => {
    return sum + [title, description, (footer as Json)?.text].join('').length;
  }, 0);
  const errors = [
    ...(path.endsWith('?wait=true') ? [] : ['it is not waited for']),
    ...(content === undefined || isText(content, 2_000) ? [] : ['content: 1 to 2000 in length']),
    ...(list.length >= 1 && list.length <= 10 ? [] : ['embeds: 1 to 10']),
    ...list.flatMap(({ title, description, url }) => [
      ...(isText(title, 256) ? [] : ['title: 1 to 256 in length']),
      ...(isText(description, 4_096) ? [] : ['description: 1 to 4096 in length']),
      ...(url === undefined || /^https?:/.test(String(url)) ? [] : ['url: not a well formed URL']),
    ]),
    ...(total > 6_000 ? ['embeds: 6000 in length together'] : []),
    ...(allowed_mentions === undefined ? ['anybody can be mentioned'] : []),
    ...unknownKeys(rest, []),
  ];
  if (errors.length === 0) return json(200, { id: '1309876543210987654', type: 0 });
  return json(400, { message: 'Invalid Form Body', code: 50_035, errors });
}

/** Stands in for a workflow of Microsoft Teams: an Adaptive Card in a message of at most 28 KB. */
export function answerAsTeams({ body }: Received): Reply {
  const { type, attachments } = JSON.parse(body) as Json;
  const [attachment] = attachments as Json[];
  const card = attachment?.content as Json;
  const isCard = attachment?.contentType === 'application/vnd.microsoft.card.adaptive';
  const runs = ((card?.body ?? []) as Json[]).flatMap(({ inlines }) => inlines as Json[]);
  const errors = [
    ...(type === 'message' && isCard && card.type === 'AdaptiveCard' ? [] : ['not a card']),
    ...(Buffer.byteLength(body) <= 28_000 ? [] : ['RequestEntityTooLarge']),
    ...(runs.length > 0 && runs.every(({ text }) => isText(text, 28_000)) ? [] : ['an empty run']),
    ...((card?.actions ?? []) as Json[]).flatMap(({ url }) =>
      /^https?:/.test(String(url)) ? [] : ['no URL'],
    ),
  ];
  return errors.length === 0
    ? { status: 202 }
    : json(400, { error: { code: 'BadRequest', message: errors } });
}

/** Stands in for ntfy (https://docs.ntfy.sh/publish/#publish-as-json). */
export function answerAsNtfy({ body, path }: Received): Reply {
  const { topic, title, message, priority, tags, click, actions, ...rest } = JSON.parse(body) as Json;
  const errors = [
    ...(path === '/' ? [] : ['not the root']),
    ...(/^[\w-]{1,64}$/.test(String(topic)) ? [] : ['topic invalid']),
    ...(isText(title, 250) ? [] : ['title invalid']),
    ...(Buffer.byteLength(String(message)) <= 4_096 ? [] : ['message too large']),
    ...(Number(priority) >= 1 && Number(priority) <= 5 ? [] : ['priority invalid']),
    ...(Array.isArray(tags) ? [] : ['tags invalid']),
    ...(click === undefined || /^https?:/.test(String(click)) ? [] : ['click invalid']),
    ...(Array.isArray(actions) && actions.length <= 3 ? [] : ['actions invalid']),
    ...unknownKeys(rest, []),
  ];
  if (errors.length === 0) return json(200, { id: 'sPs71M8A2T', event: 'message', topic });
  return json(400, { code: 40_024, http: 400, error: `invalid request: ${errors.join(', ')}` });
}

function isText(value: unknown, maxLength: number): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= maxLength;
}

function unknownKeys(rest: Json, known: readonly string[]): string[] {
  return Object.keys(rest)
    .filter((key) => !known.includes(key))
    .map((key) => `'${key}' is unknown`);
}

function json(status: number, body: unknown): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
