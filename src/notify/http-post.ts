import type { Clock } from '../kit/clock.ts';
import { startDeadline } from '../kit/deadline.ts';
import { quoteForeign } from '../kit/foreign-text.ts';
import { readRetryAfter } from '../kit/http/answer.ts';
import type { HttpClient } from '../kit/http/http-client.ts';
import { describeFault } from '../kit/http/network-fault.ts';
import { REDACTED, Secret } from '../kit/secret.ts';

/** One request to a receiver. */
export interface PostRequest {
  /** The complete URL: the path of a webhook is its password. */
  readonly url: Secret;
  readonly method?: 'POST' | 'PATCH' | 'PUT';
  /** Headers besides `content-type: application/json`; one of that name replaces it. */
  readonly headers?: Readonly<Record<string, string | Secret>>;
  /** The first 16 KiB of the answer, to be parsed and never shown. */
  readonly body: string;
  /** Secrets in the body: quoted answers never contain one of them. */
  readonly secrets?: readonly Secret[];
}

/** Sends a request to its URL and waits for the answer. Never rejects. */
export type PostAnswer =
  | {
      readonly kind: 'answered';
      /** The host that answered, with its port if the URL has one. */
      readonly peer: string;
      readonly status: number;
      /** The pause that `Retry-After` requests, in milliseconds; undefined without one. */
      readonly retryAfterMs: number | undefined;
      /** The first 16 KiB of the answer, to be understood and never to be shown. */
      readonly body: string;
      /** Makes a part of the answer safe to show: on one line, at most 200 characters, without secrets. */
      readonly quote: (text: string) => string;
    }
  /** There was no answer. `reason` is a clause that names the host and holds no secret. */
  | { readonly kind: 'unanswered'; readonly reason: string };

/** Sends a request to the address in it, and waits for the answer. Never rejects. */
export type Post = (request: PostRequest, signal: AbortSignal) => Promise<PostAnswer>;

/** Shorter secrets cannot be told from ordinary words: masking them would make answers unreadable. */
const MIN_SECRET_LENGTH = 4;
/** Shorter parts of a path, such as `api`, are no secrets. */
const MIN_PART_LENGTH = 8;

/**
 * Returns a function that masks secrets in answers and makes them safe to show. Web servers repeat unknown
 * paths, and the path of a webhook is its password; others repeat a token.
 */
export function maskAnswer(url: URL, secrets: readonly Secret[]): (text: string) => string {
  const places = [url.pathname + url.search, ...url.pathname.split('/'), ...url.searchParams.values()];
  const parts = [url.hash.slice(1), ...places].filter(({ length }) => length >= MIN_PART_LENGTH);
  // Of "Bearer abc" the second word alone is the secret.
  const texts = secrets.flatMap((secret) => [secret.reveal(), ...secret.reveal().split(' ').slice(1)]);
  const hidden = [
    ...parts,
    ...parts.map(decodePercent),
    url.username,
    decodePercent(url.username),
    url.password,
    decodePercent(url.password),
    ...texts,
  ]
    .filter(({ length }) => length >= MIN_SECRET_LENGTH)
    .sort((a, b) => b.length - a.length);
  return (text) => quoteForeign(hidden.reduce((safe, part) => safe.replaceAll(part, REDACTED), text));
}

/** Decodes a part of a URL; what cannot be decoded stands as it is. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What requests are sent with. */
interface HttpPostOptions {
  readonly client: HttpClient;
  readonly clock: Pick<Clock, 'now'>;
  /** The time limit of a complete answer, in milliseconds. Default 10 s. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 10_000;
/** How much of an answer is read, in bytes (16 KiB). */
const MAX_BODY_BYTES = 16_384;

/**
 * Creates a function that sends requests over HTTP. Redirects are not followed: they would send message and
 * login to other hosts.
 */
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

/** Returns the header with user and password of a URL (RFC 7617); the client does not send them. */
function loginOf({ username, password }: URL): { authorization?: string } {
  if (username === '' && password === '') return {};
  const login = `${decodePercent(username)}:${decodePercent(password)}`;
  return { authorization: `Basic ${Buffer.from(login, 'utf8').toString('base64')}` };
}
