import type { HeaderLookup } from '../domain/rate-limit.ts';
import { type Failed, failed } from '../domain/reading.ts';
import type { HttpClient, HttpRoute } from '../kit/http/http-client.ts';
import { ProxyFault } from '../kit/http/network-fault.ts';
import type { Trust } from '../kit/http/trust.ts';
import { abortReason, classifyNetworkFault } from './network-fault.ts';

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

/** By which client, which way, and trusting whom a probe's requests are sent. */
export interface Line {
  readonly client: HttpClient;
  readonly route: HttpRoute;
  readonly trust: Trust;
}

/**
 * Sends one request.
 *
 * Each exchange has its own connection, closed with the answer: at one poll a minute there is nothing to gain from
 * keeping one, and a connection that the other side has closed meanwhile would look like a reset. Redirects are not
 * followed: they would carry the login to wherever the answer points.
 * @param signal ends the exchange; its reason is an `Error` that says why
 */
export async function exchange(
  { client, route, trust }: Line,
  request: HubRequest,
  signal: AbortSignal,
): Promise<HubAnswer | Failed> {
  const { method, url, headers, body, peer } = request;
  try {
    const answer = await client.send({
      method,
      url,
      headers,
      body,
      signal,
      maxBodyBytes: MAX_BODY_BYTES,
      route,
      trust,
    });
    return {
      kind: 'answer',
      status: answer.status,
      header: answer.header,
      body: answer.isCut ? undefined : answer.body,
    };
  } catch (error) {
    if (signal.aborted && !(error instanceof ProxyFault))
      return failed('timeout', `No answer from ${peer}: ${abortReason(signal)}`);
    return classifyNetworkFault(error, peer);
  }
}
