import { Secret } from '../../kit/secret.ts';
import { describeAnswer, type Receipt, receiptOf } from '../channel.ts';
import type { Post, PostAnswer } from '../http-post.ts';

/**
 * What Slack's error texts mean for the operator. Those of webhooks:
 * https://docs.slack.dev/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks, those of the Web API:
 * https://docs.slack.dev/reference/methods/chat.postMessage
 */
const MEANINGS: Readonly<Record<string, string>> = {
  action_prohibited: 'an administrator has restricted posting to this channel',
  channel_is_archived: 'the channel is archived',
  is_archived: 'the channel is archived',
  channel_not_found: 'there is no such channel, or the app is not a member of this private one',
  not_in_channel: 'invite the app to the channel, or give it the scope chat:write.public',
  no_service: 'the webhook has been removed or disabled',
  no_service_id: 'the webhook URL is not complete',
  no_team: 'the webhook URL names no workspace',
  team_disabled: 'the workspace is disabled',
  invalid_token: 'the webhook URL is wrong or has been revoked',
  invalid_auth: 'the bot token is wrong, or not allowed from this address',
  not_authed: 'the bot token is empty',
  token_revoked: 'the bot token has been revoked',
  token_expired: 'the bot token has expired',
  account_inactive: 'the app has been removed from the workspace',
  missing_scope: 'the app needs the scope chat:write',
  restricted_action: 'an administrator has restricted posting to this channel',
};

/** Temporary errors. */
const PASSING: ReadonlySet<string> = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'request_timeout',
  'service_unavailable',
  'rollup_error',
  'team_added_to_org',
]);

/**
 * Errors of an update or a reply that mean that the message can no longer be changed; a new message may
 * succeed.
 */
const GONE: ReadonlySet<string> = new Set([
  'message_not_found',
  'thread_not_found',
  'cant_update_message',
  'edit_window_closed',
  'channel_not_found',
  'is_archived',
  'is_inactive',
  'not_in_channel',
  'cant_broadcast_message',
  'cannot_reply_to_message',
]);

/** Returns an error text with its meaning, if that is known. */
export function describeSlackError(error: string): string {
  const meaning = Object.hasOwn(MEANINGS, error) ? MEANINGS[error] : undefined;
  return meaning === undefined ? error : `${error} (${meaning})`;
}

/** Reports whether the same message may be accepted later. */
export function isPassing(error: string): boolean {
  return PASSING.has(error);
}

/** Reports whether the message can no longer be updated or replied to. */
export function isGone(error: string): boolean {
  return GONE.has(error);
}

/** The answer of a method of the Web API. */
export type ApiAnswer =
  | { readonly kind: 'ok'; readonly channel: string; readonly ts: string; readonly answer: string }
  /** `error` is Slack's error text; undefined if there was none. */
  | { readonly kind: 'not-ok'; readonly error: string | undefined; readonly receipt: Receipt };

/** Calls a method of Slack's Web API, such as `chat.postMessage`. */
export type CallSlack = (method: string, args: object, signal: AbortSignal) => Promise<ApiAnswer>;

/**
 * Creates a function that calls methods of Slack's Web API with a bot token.
 * https://docs.slack.dev/apis/web-api
 */
export function createWebApi(apiUrl: string, token: Secret, post: Post): CallSlack {
  return async (method, args, signal) => {
    const url = new Secret(`${apiUrl.replace(/\/+$/, '')}/${method}`);
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      authorization: new Secret(`Bearer ${token.reveal().trim()}`),
    };
    return readAnswer(await post({ url, headers, body: JSON.stringify(args), secrets: [token] }, signal));
  };
}

function readAnswer(answer: PostAnswer): ApiAnswer {
  if (answer.kind === 'unanswered' || answer.status !== 200) {
    return { kind: 'not-ok', error: undefined, receipt: receiptOf(answer) };
  }
  const { ok, error, channel, ts } = parseObject(answer.body);
  if (ok === true && typeof channel === 'string' && typeof ts === 'string') {
    return { kind: 'ok', channel, ts, answer: describeAnswer(answer, 'ok') };
  }
  if (typeof error !== 'string') {
    // The page of a proxy in between, which is temporary.
    return { kind: 'not-ok', error: undefined, receipt: { kind: 'retry', reason: describeAnswer(answer) } };
  }
  const reason = describeAnswer(answer, describeSlackError(error));
  const afterMs = answer.retryAfterMs;
  const receipt: Receipt = isPassing(error)
    ? { kind: 'retry', afterMs, reason }
    : { kind: 'refused', reason };
  return { kind: 'not-ok', error, receipt };
}

function parseObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
