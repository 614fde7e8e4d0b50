import type { Clock } from '../kit/clock.ts';
import { startDeadline } from '../kit/deadline.ts';
import { readRetryAfter } from '../kit/http/answer.ts';
import type { HttpClient } from '../kit/http/http-client.ts';
import { describeFault } from '../kit/http/network-fault.ts';
import { Secret } from '../kit/secret.ts';
import { decodePercent, maskAnswer } from './mask-answer.ts';
import type { Post, PostAnswer, PostRequest } from './post.ts';

/** What requests are sent with. */
export interface HttpPostOptions {
  readonly client: HttpClient;
  readonly clock: Pick<Clock, 'now'>;
  /** How long an answer is waited for, all of it, in milliseconds. Default 10 s. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** How much of an answer is read, in bytes (16 KiB): it says `ok`, or why not. */
const MAX_BODY_BYTES = 16_384;

/** Sends requests over HTTP. Redirects are not followed: they would carry the message, and the login, to others. */
export function createHttpPost(options: HttpPostOptions): Post {
  const { timeoutMs = TIMEOUT_MS } = options;
  return async (asked, signal) => {
    const url = parseUrl(asked.url);
    if (!url) return { kind: 'unanswered', reason: 'The address is not an http or https URL' };
    const deadline = startDeadline(timeoutMs, signal);
    try {
      return await exchange(asked, url, options, deadline.signal);
    } catch (error) {
      if (signal.aborted) return { kind: 'unanswered', reason: `${url.host} was not waited for` };
      return { kind: 'unanswered', reason: describeFault(error, url.host) };
    } finally {
      deadline.clear();
    }
  };
}

async function exchange(
  { method = 'POST', headers = {}, body, secrets = [] }: PostRequest,
  url: URL,
  { client, clock }: HttpPostOptions,
  signal: AbortSignal,
): Promise<PostAnswer> {
  const revealed = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    typeof value === 'string' ? value : value.reveal(),
  ]);
  const answer = await client.send({
    method,
    url,
    signal,
    maxBodyBytes: MAX_BODY_BYTES,
    headers: {
      'content-type': 'application/json',
      ...loginOf(url),
      ...Object.fromEntries(revealed),
    },
    body,
  });
  const inHeaders = Object.values(headers).filter((value) => value instanceof Secret);
  return {
    kind: 'answered',
    peer: url.host,
    status: answer.status,
    retryAfterMs: readRetryAfter(answer.header('retry-after'), clock.now()),
    body: answer.body,
    quote: maskAnswer(url, [...inHeaders, ...secrets]),
  };
}

function parseUrl(secret: Secret): URL | undefined {
  const text = secret.reveal().trim();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url : undefined;
}

/** User and password of a URL, as curl sends them (RFC 7617); the client leaves them out. */
function loginOf({ username, password }: URL): { authorization?: string } {
  if (username === '' && password === '') return {};
  const login = `${decodePercent(username)}:${decodePercent(password)}`;
  return { authorization: `Basic ${Buffer.from(login, 'utf8').toString('base64')}` };
}
