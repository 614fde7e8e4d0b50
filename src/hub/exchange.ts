import type { Dispatcher } from 'undici';
import type { HeaderLookup } from '../domain/rate-limit.ts';
import { type Failed, failed } from '../domain/reading.ts';
import { reasonOf, within } from './deadline.ts';
import { classifyNetworkFault } from './network-fault.ts';

/** One request, ready to be sent. */
export interface HubRequest {
  /** Who is asked, for people: `the hub at registry-1.docker.io`. */
  readonly peer: string;
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One answer, complete, whatever its status. */
export interface HubAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly header: HeaderLookup;
  /** Undefined when it was longer than 64 KiB. */
  readonly body: string | undefined;
}

/** Sends one request and brings its answer; what goes wrong on the way is a failure, never a rejection. */
export type Exchange = (request: HubRequest) => Promise<HubAnswer | Failed>;

/** The longest answer that is read: a token is about 5 KiB. */
const MAX_BODY_BYTES = 65_536;

/**
 * Sends one request by one dispatcher.
 *
 * Each exchange has its own connection, closed with the answer: at one poll a minute there is nothing to gain from
 * keeping one, and a connection that the other side has closed meanwhile would look like a reset. Redirects are not
 * followed: they would carry the login to wherever the answer points.
 * @param signal ends the exchange; its reason is an `Error` that says why
 */
export async function exchange(
  dispatcher: Dispatcher,
  request: HubRequest,
  signal: AbortSignal,
): Promise<HubAnswer | Failed> {
  try {
    const requested = dispatcher.request({
      origin: request.url.origin,
      path: request.url.pathname + request.url.search,
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      reset: true,
      signal,
      // The signal bounds the whole probe; shorter limits of undici's own would only blur its reason.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    // Until there is a connection undici does not listen to the signal, and a silent proxy can take its time.
    const response = await within(requested, signal);
    const header = lookupIn(response.headers);
    return { kind: 'answer', status: response.statusCode, header, body: await readBounded(response.body) };
  } catch (error) {
    if (signal.aborted) return failed('timeout', `No answer from ${request.peer}: ${reasonOf(signal)}`);
    return classifyNetworkFault(error, request.peer);
  }
}

function lookupIn(headers: Readonly<Record<string, string | string[] | undefined>>): HeaderLookup {
  return (name) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    // Leaving the loop destroys the body and with it the connection.
    if (length > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
