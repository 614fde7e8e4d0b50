import { Agent, type Dispatcher } from 'undici';
import { DeadlineExceeded, within } from '../deadline.ts';
import { readBoundedBody } from './answer.ts';
import { type Connector, createConnector } from './connector.ts';
import { classifyFault, MalformedAnswerError, ProxyFault } from './network-fault.ts';
import type { Lookup } from './open-socket.ts';
import {
  type ProxyServer,
  proxyAnswered,
  proxyAuthorization,
  proxySilent,
  proxyUnreachable,
} from './proxy.ts';
import type { ProxyRules } from './proxy-rules.ts';
import { NODES_TRUST, type Trust } from './trust.ts';

/** How a client connects. */
export interface HttpClientOptions {
  /** Chooses the proxy of each URL; `NO_PROXIES` requests every URL directly. */
  readonly proxyFor: ProxyRules;
  /** `User-Agent` of every request, and of CONNECT. */
  readonly userAgent?: string | undefined;
  /**
   * Closes each connection after its answer, and accepts bare LF line ends in the head of the answer. Default false:
   * connections are kept for the next request.
   */
  readonly isOneShot?: boolean;
  /** How long an unused connection is kept, in milliseconds. Default 4 s. */
  readonly keepAliveMs?: number;
  /** Connections to one origin; further requests wait. Default 128. */
  readonly connections?: number;
  /** Whether certificates are checked. Default true. */
  readonly rejectUnauthorized?: boolean;
  /** Default: the system's resolver. */
  readonly lookup?: Lookup | undefined;
}

/** How one request leaves this machine. Default of each field: as the system does. */
export interface HttpRoute {
  readonly localAddress?: string | undefined;
  readonly ipFamily?: 4 | 6 | undefined;
  /** Replaces the proxy that the rules choose. */
  readonly proxy?: ProxyServer | undefined;
}

/** One request. */
export interface HttpRequest {
  readonly method: Dispatcher.HttpMethod;
  /** Its user name and password are not sent. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
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

/** The outgoing HTTP client. Only this client opens connections to other machines. */
export interface HttpClient {
  /**
   * Sends one request. Redirects are not followed: they would carry body and login to another host.
   * @throws ProxyFault when the request fails at its proxy
   * @throws the signal's reason, or an error of Node.js or undici, which `classifyFault` and `describeFault` read
   */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** Ends every connection, and the requests on them. */
  close(): Promise<void>;
}

/** The most combinations of route and trust with open connections. Above it, the least recently used one is closed. */
const MAX_OPEN = 1_024;
/** How many interim answers (1xx) may precede the final one; servers send one or two. */
const MAX_INTERIM_ANSWERS = 20;
const DEFAULT_KEEP_ALIVE_MS = 4_000;
const DEFAULT_CONNECTIONS = 128;

/** The connections of one combination. */
interface Line {
  readonly agent: Agent;
  readonly connector: Connector;
}

/** Creates a client. It opens no connection before the first request. */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { proxyFor, userAgent, isOneShot = false } = options;
  /** In order of use, oldest first. */
  const lines = new Map<string, Line>();

  function lineOf(route: HttpRoute, proxy: ProxyServer | undefined, trust: Trust): Line {
    const key = keyOf(route, proxy, trust);
    const line = lines.get(key) ?? openLine(options, route, proxy, trust);
    lines.delete(key);
    lines.set(key, line);
    const [oldest] = lines.size > MAX_OPEN ? lines : [];
    if (oldest) {
      lines.delete(oldest[0]);
      void oldest[1].agent.close();
    }
    return line;
  }

  async function send(request: HttpRequest): Promise<HttpAnswer> {
    const { url, method, signal, route = {}, trust = NODES_TRUST, maxBodyBytes } = request;
    const proxy = route.proxy ?? proxyFor(url);
    const line = lineOf(route, proxy, trust);
    const byProxy = proxy && url.protocol === 'http:' && proxy.protocol !== 'socks5:' ? proxy : undefined;
    const flood = new AbortController();
    let interim = 0;
    let isAnswered = false;
    try {
      const requested = line.agent.request({
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
      const { statusCode, headers, body } = await within(requested, signal);
      isAnswered = true;
      if (statusCode < 200 || statusCode > 599) {
        discard(body);
        throw new MalformedAnswerError(`Status ${statusCode}`);
      }
      const header = lookupIn(headers);
      if (byProxy && isOfProxy(statusCode, header)) {
        discard(body);
        throw proxyAnswered(byProxy, statusCode, url.host);
      }
      const { text, isCut } = await readBoundedBody(body, maxBodyBytes);
      return { status: statusCode, header, body: text, isCut };
    } catch (error) {
      const before = isAnswered ? undefined : byProxy;
      if (!signal.aborted) throw before ? faultOfProxy(before, error) : error;
      const { reason } = signal;
      if (!(reason instanceof DeadlineExceeded)) throw reason;
      const waiting = line.connector.waitingForProxy(url.origin, reason.timeoutMs);
      throw waiting ?? (before ? proxySilent(before, reason) : reason);
    }
  }

  return {
    send,
    async close() {
      const closed = [...lines.values()];
      lines.clear();
      for (const { connector } of closed) connector.close();
      await Promise.all(closed.map(({ agent }) => agent.destroy()));
    },
  };
}

/** Returns the proxy's fault when the connection to it, which carries requests in absolute form, ended without an answer. */
function faultOfProxy(proxy: ProxyServer, error: unknown): unknown {
  const { kind, evidence } = classifyFault(error);
  const isOfConnection = kind === 'reset' || /^(?:HTTPParserError|HPE_)/.test(evidence);
  return isOfConnection && !(error instanceof ProxyFault) ? proxyUnreachable(proxy, error) : error;
}

function tooManyInterim(): MalformedAnswerError {
  return new MalformedAnswerError(`More than ${MAX_INTERIM_ANSWERS} interim answers`);
}

/** Ends an answer whose body is not read. undici reports that to the body, where it would be an unhandled error. */
function discard(body: Dispatcher.ResponseData['body']): void {
  body.on('error', () => undefined).destroy();
}

function openLine(
  options: HttpClientOptions,
  route: HttpRoute,
  proxy: ProxyServer | undefined,
  trust: Trust,
): Line {
  const { connections = DEFAULT_CONNECTIONS, keepAliveMs = DEFAULT_KEEP_ALIVE_MS } = options;
  const connector = createConnector({
    localAddress: route.localAddress,
    ipFamily: route.ipFamily,
    proxy,
    secureContext: trust.secureContext,
    rejectUnauthorized: options.rejectUnauthorized,
    isLenient: options.isOneShot,
    userAgent: options.userAgent,
    lookup: options.lookup,
  });
  const agent = new Agent({ connections, connect: connector.connect, keepAliveTimeout: keepAliveMs });
  return { agent, connector };
}

function keyOf(
  { localAddress, ipFamily }: HttpRoute,
  proxy: ProxyServer | undefined,
  { version }: Trust,
): string {
  const byProxy = proxy && [proxy.protocol, proxy.host, proxy.setting, proxy.login()];
  return JSON.stringify([version, localAddress, ipFamily, byProxy]);
}

function headersOf(
  { headers = {} }: HttpRequest,
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

/** Statuses by which proxies say that they did not reach the target, where the body is a page of theirs. */
const PAGE_OF_PROXY = new Set([403, 503, 511]);
/** Programs that name themselves in answers of their own, and not in those they pass on. */
const PROXY_PROGRAMS = /^(?:squid|tinyproxy|privoxy|mitmproxy)\b/i;

/**
 * Reports whether an answer to an http request in absolute form was made by the proxy. 407 and 511 are a proxy's by
 * definition, 502 and 504 a gateway's; else the proxy has to show itself, or to send a page in place of an answer.
 */
function isOfProxy(status: number, header: (name: string) => string | undefined): boolean {
  if (status < 400) return false;
  if (status === 407 || status === 502 || status === 504) return true;
  if (header('x-squid-error') !== undefined || /;\s*error=/.test(header('proxy-status') ?? '')) return true;
  if (PROXY_PROGRAMS.test(header('server') ?? '')) return true;
  return PAGE_OF_PROXY.has(status) && /^text\/html\b/i.test(header('content-type') ?? '');
}
