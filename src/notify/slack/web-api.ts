import { Secret } from '../../kit/secret.ts';
import type { Receipt } from '../channel.ts';
import { describeAnswer, judgeAnswer } from '../judge-answer.ts';
import type { Post, PostAnswer } from '../post.ts';
import { describeSlackError, isPassing } from './slack-error.ts';

/** What a method of the Web API answered. */
export type ApiAnswer =
  | { readonly kind: 'ok'; readonly channel: string; readonly ts: string; readonly answer: string }
  /** `error` is Slack's text, where there was one. */
  | { readonly kind: 'not-ok'; readonly error: string | undefined; readonly receipt: Receipt };

/** Calls a method of Slack's Web API, such as `chat.postMessage`. */
export type CallSlack = (method: string, args: object, signal: AbortSignal) => Promise<ApiAnswer>;

/** https://docs.slack.dev/apis/web-api */
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
    return { kind: 'not-ok', error: undefined, receipt: judgeAnswer(answer) };
  }
  const { ok, error, channel, ts } = parseObject(answer.body);
  if (ok === true && typeof channel === 'string' && typeof ts === 'string') {
    return { kind: 'ok', channel, ts, answer: describeAnswer(answer, 'ok') };
  }
  if (typeof error !== 'string') {
    // A page of a proxy in between, which goes away again.
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
