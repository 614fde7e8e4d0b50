import type { HeaderLookup } from '../domain/rate-limit.ts';
import { type Failed, failed } from '../domain/reading.ts';
import type { HttpRoute } from '../kit/http/connections.ts';
import type { HttpClient } from '../kit/http/http-client.ts';
import { ProxyFault } from '../kit/http/network-fault.ts';
import type { Trust } from '../kit/http/trust.ts';
import { abortReason, classifyNetworkFault } from './network-fault.ts';

/** Contains one request to the hub or to its token service. */
export interface HubRequest {
  /** The name of the server in messages: `the hub at registry-1.docker.io`. */
  readonly peer: string;
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Contains one complete answer, of any status. */
export interface HubAnswer {
  readonly kind: 'answer';
  readonly status: number;
  readonly header: HeaderLookup;
  /** The body as text. Undefined if it was longer than 64 KiB. */
  readonly body: string | undefined;
}

/** Sends one request and returns its answer. Network errors are returned as a failure; the promise does not reject. */
export type Exchange = (request: HubRequest) => Promise<HubAnswer | Failed>;

/** Length of the longest body that is read, in bytes (64 KiB). A token reply has about 5 KiB. */
const MAX_BODY_BYTES = 65_536;

/** Contains the HTTP client, the route and the trusted certificate authorities of a probe's requests. */
export interface Transport {
  readonly client: HttpClient;
  readonly route: HttpRoute;
  readonly trust: Trust;
}

/**
 * Sends one request and returns its answer.
 *
 * Each exchange opens its own connection and closes it after the answer. At one poll a minute a kept connection saves
 * nothing, and if the server had closed it meanwhile, the next request would fail with a reset. Redirects are not
 * followed, since they could send the login to another host.
 * @param signal aborts the exchange; its reason is an `Error` whose message becomes part of the failure
 * @returns the answer, or the failure if no complete answer arrived. The promise does not reject.
 */
export async function exchange(
  { client, route, trust }: Transport,
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
