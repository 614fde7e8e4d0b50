import type { Dispatcher } from 'undici';
import { DeadlineExceeded, within } from '../deadline.ts';
import { readBoundedBody } from './answer.ts';
import { type ConnectionOptions, createConnections, type HttpRoute } from './connections.ts';
import { MalformedAnswerError } from './network-fault.ts';
import { type ProxyServer, proxyAuthorization } from './proxy.ts';
import { faultOfProxy, isAnsweredByProxy, proxyAnswered, proxySilent } from './proxy-fault.ts';
import type { ProxyRules } from './proxy-rules.ts';
import { NODES_TRUST, type Trust } from './trust.ts';

/** How a client connects. */
export interface HttpClientOptions extends ConnectionOptions {
  /** Chooses the proxy of each URL; `NO_PROXIES` requests every URL directly. */
  readonly proxyFor: ProxyRules;
}

/** One request. */
export interface HttpRequest {
  readonly method: Dispatcher.HttpMethod;
  /** Its user name and password are not sent. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** Ends the request. If its reason is `DeadlineExceeded` while a proxy has not answered, the error names the proxy. */
  readonly signal: AbortSignal;
  /** The longest body that is read, in bytes. */
  readonly maxBodyBytes: number;
  readonly route?: HttpRoute;
  /** Default: the authorities of Node.js. */
  readonly trust?: Trust;
}

/** One answer, of any status. */
export interface HttpAnswer {
  readonly status: number;
  /** Returns a header by its lower-case name; repeated ones are joined by commas. */
  header(name: string): string | undefined;
  readonly body: string;
  /** Whether the body was longer than `maxBodyBytes`. */
  readonly isCut: boolean;
}

/** One answer, of any status, whose body is read as it arrives. */
export interface StreamedAnswer {
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The outgoing HTTP client. Only this client opens connections to other machines. */
export interface HttpClient {
  /**
   * Sends one request. Redirects are not followed: they would carry body and login to another host.
   * @throws ProxyFault when the request fails at its proxy
   * @throws the signal's reason, or an error of Node.js or undici, which `classifyFault` and `describeFault` read
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /**
   * Sends one request and returns as soon as the head of the answer arrived. The body must be read to its end, or the signal
   * aborted. Throws as `send()` does; reading the body throws the signal's reason or an error of undici.
   */
  stream(request: Omit<HttpRequest, 'maxBodyBytes'>): Promise<StreamedAnswer>;
  /** Ends every connection, and the requests on them. */
  close(): Promise<void>;
}

/** How many interim answers (1xx) may precede the final one; servers send one or two. */
const MAX_INTERIM_ANSWERS = 20;

/** Creates a client. It opens no connection before the first request. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { proxyFor, userAgent, isOneShot = false } = options;
  const connections = createConnections(options);

  /** Sends a request and reads the answer by `read`, once its head has arrived. */
  async function exchange<T>(
    request: Omit<HttpRequest, 'maxBodyBytes'>,
    read: (answer: Dispatcher.ResponseData, header: HttpAnswer['header']) => Promise<T>,
  ): Promise<T> {
    const { url, method, signal, route = {}, trust = NODES_TRUST } = request;
    const proxy = route.proxy ?? proxyFor(url);
    const { agent, connector } = connections.of(route, proxy, trust);
    const byProxy = proxy && url.protocol === 'http:' && proxy.protocol !== 'socks5:' ? proxy : undefined;
    const flood = new AbortController();
    let interim = 0;
    let isAnswered = false;
    try {
      const requested = agent.request({
        origin: url.origin,
        // Without a tunnel the request line names the target (RFC 9112, section 3.2.2).
        path: (byProxy ? url.origin : '') + url.pathname + url.search,
        method,
        headers: headersOf(request, userAgent, byProxy),
        body: request.body ?? null,
        reset: isOneShot,
        signal: AbortSignal.any([signal, flood.signal]),
        onInfo: () => {
          interim += 1;
          if (interim > MAX_INTERIM_ANSWERS) flood.abort(tooManyInterim());
        },
        // The signal bounds the request; time limits of undici would only hide its reason.
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      // Until there is a connection undici does not listen to the signal.
      const answer = await within(requested, signal);
      const { statusCode, headers, body } = answer;
      isAnswered = true;
      if (statusCode < 200 || statusCode > 599) {
        discard(body);
        throw new MalformedAnswerError(`Status ${statusCode}`);
      }
      const header = lookupIn(headers);
      if (byProxy && isAnsweredByProxy(statusCode, header)) {
        discard(body);
        throw proxyAnswered(byProxy, statusCode, url.host);
      }
      return await read(answer, header);
    } catch (error) {
      const before = isAnswered ? undefined : byProxy;
      if (!signal.aborted) throw before ? faultOfProxy(before, error) : error;
      const { reason } = signal;
      if (!(reason instanceof DeadlineExceeded)) throw reason;
      const waiting = connector.waitingForProxy(url.origin, reason.timeoutMs);
      throw waiting ?? (before ? proxySilent(before, reason) : reason);
    }
  }

  return {
    send: (request) =>
      exchange(request, async ({ statusCode: status, body }, header) => {
        const { text, isCut } = await readBoundedBody(body, request.maxBodyBytes);
        return { status, header, body: text, isCut };
      }),
    stream: (request) => exchange(request, async ({ statusCode: status, body }) => ({ status, body })),
    close: () => connections.close(),
  };
}

function tooManyInterim(): MalformedAnswerError {
  return new MalformedAnswerError(`More than ${MAX_INTERIM_ANSWERS} interim answers`);
}

/** Ends an answer whose body is not read. undici reports that to the body, where it would be an unhandled error. */
function discard(body: Dispatcher.ResponseData['body']): void {
  body.on('error', () => undefined).destroy();
}

function headersOf(
  { headers = {} }: Pick<HttpRequest, 'headers'>,
  userAgent: string | undefined,
  proxy: ProxyServer | undefined,
): Record<string, string> {
  const authorization = proxy && proxyAuthorization(proxy);
  return {
    ...(userAgent !== undefined && { 'user-agent': userAgent }),
    ...headers,
    ...(authorization !== undefined && { 'proxy-authorization': authorization }),
  };
}

function lookupIn(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): (name: string) => string | undefined {
  return (name) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}
