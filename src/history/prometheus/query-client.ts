import { startDeadline } from '../../kit/deadline.ts';
import { createHttpClient } from '../../kit/http/http-client.ts';
import { describeFault } from '../../kit/http/network-fault.ts';
import type { Lookup } from '../../kit/http/open-socket.ts';
import { parseProxy } from '../../kit/http/proxy.ts';
import { readProxyRules } from '../../kit/http/proxy-rules.ts';
import { createTrustReader, type ReadTrust, type Trust } from '../../kit/http/trust.ts';
import type { ReadAuthorization, Secret } from '../../kit/secret.ts';
import { parseQueryError, parseQueryResult, QueryError, type QueryResult } from './query-result.ts';

/** The limits of one query, so that no response can exhaust memory or time. */
export interface QueryLimits {
  /** The timeout until the last byte of the response, in milliseconds. */
  readonly timeoutMs: number;
  /** The maximum size of a response in bytes. */
  readonly bodyBytes: number;
  /** The maximum number of series in a response. */
  readonly series: number;
}

/** 10 s, 16 MiB and 50,000 series (some 4,000 credentials). Parsing the largest response takes about 0.2 s. */
export const QUERY_LIMITS: QueryLimits = { timeoutMs: 10_000, bodyBytes: 16 * 1_048_576, series: 50_000 };

/** The server with the query API, and its authentication. */
export interface QueryEndpoint {
  /** The URL to which `/api/v1/query` is appended, without user, query and fragment. */
  readonly url: URL;
  readonly readAuthorization: ReadAuthorization;
  /** Additional headers by name. Default: none. */
  readonly headers?: Readonly<Record<string, () => Promise<Secret>>>;
  /** The URL of the proxy. Default: the proxies of `env`. */
  readonly proxyUrl?: Secret | undefined;
  /** Path of a PEM file with certificates that are trusted in addition to Node's own. */
  readonly caFile: string | undefined;
  /** Environment with the proxy variables and NODE_EXTRA_CA_CERTS. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Resolves host names. Default: the system's resolver. */
  readonly lookup?: Lookup | undefined;
}

/** The times of evaluation, in milliseconds since the epoch; both ends are included. */
export interface EvaluationRange {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

/** A client of the Prometheus query API. Its queries reject only with `QueryError`. */
export interface QueryClient {
  /** Evaluates an expression now. */
  instant(expression: string): Promise<QueryResult>;
  /** Evaluates an expression at each step of a range. */
  range(expression: string, range: EvaluationRange): Promise<QueryResult>;
  /** Closes all connections, including those of pending queries. */
  close(): Promise<void>;
}

/**
 * Prevents VictoriaMetrics from aligning a range to its step and from using cached data; other servers ignore it.
 */
const NO_CACHE = { nocache: '1' };

/** The number of connections: a background query every few seconds and occasional charts need no more. */
const CONNECTIONS = 4;
const NEVER = new AbortController().signal;

/** Creates a client without sending a request. */
export function createQueryClient(endpoint: QueryEndpoint, limits: QueryLimits = QUERY_LIMITS): QueryClient {
  const base = endpoint.url.href.replace(/\/$/, '');
  const { caFile, env, lookup, proxyUrl } = endpoint;
  const proxy = proxyUrl && parseProxy(proxyUrl.reveal(), 'history.prometheus.proxy_url');
  const client = createHttpClient({ proxyFor: readProxyRules(env), connections: CONNECTIONS, lookup });
  const readTrust = createTrustReader(caFile, env.NODE_EXTRA_CA_CERTS);

  /** Sends a query by POST, since a matcher may be longer than a URL. Redirects are not followed: they would get the login. */
  async function post(
    path: string,
    form: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<QueryResult> {
    const trust = await readAuthorities(readTrust);
    const headers = await readOwnHeaders(endpoint);
    const { status, body, isCut } = await client.send({
      method: 'POST',
      url: new URL(`${base}/api/v1/${path}`),
      trust,
      route: { proxy },
      signal,
      maxBodyBytes: limits.bodyBytes,
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: new URLSearchParams(form).toString(),
    });
    if (isCut) throw tooLarge(limits.bodyBytes);
    if (status !== 200) throw new QueryError(`${base} ${describeRefusal(status, body)}`);
    return parseQueryResult(body, limits.series);
  }

  async function ask(path: string, form: Readonly<Record<string, string>>): Promise<QueryResult> {
    const deadline = startDeadline(limits.timeoutMs, NEVER);
    try {
      return await post(path, form, deadline.signal);
    } catch (error) {
      throw error instanceof QueryError ? error : new QueryError(describeFault(error, base));
    } finally {
      deadline.clear();
    }
  }

  return {
    instant: (expression) => ask('query', { query: expression, ...NO_CACHE }),
    range: (expression, { from, to, stepMs }) =>
      ask('query_range', {
        query: expression,
        start: String(from / 1_000),
        end: String(to / 1_000),
        step: String(stepMs / 1_000),
        ...NO_CACHE,
      }),
    close: () => client.close(),
  };
}

/** Reads the login and the additional headers. Names are in lower case. */
async function readOwnHeaders({
  readAuthorization,
  headers = {},
}: QueryEndpoint): Promise<Readonly<Record<string, string>>> {
  try {
    const authorization = await readAuthorization();
    const values = Object.entries(headers).map(async ([name, read]) => [
      name.toLowerCase(),
      (await read()).reveal(),
    ]);
    return {
      ...(authorization && { authorization: authorization.reveal() }),
      ...Object.fromEntries(await Promise.all(values)),
    };
  } catch (error) {
    throw new QueryError(error instanceof Error ? error.message : String(error));
  }
}

async function readAuthorities(readTrust: ReadTrust): Promise<Trust> {
  try {
    return await readTrust();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new QueryError(`history.prometheus.ca_file cannot be used: ${reason}`);
  }
}

function tooLarge(maxBytes: number): QueryError {
  const mebibytes = Number((maxBytes / 1_048_576).toFixed(2));
  return new QueryError(`the answer is larger than ${mebibytes} MiB; narrow history.prometheus.matcher`);
}

function describeRefusal(status: number, text: string): string {
  if (status === 401 || status === 403) return `does not let Headroom in: it answers ${status}`;
  const reason = parseQueryError(text);
  return reason === undefined ? `answers ${status}` : `answers ${status}: ${reason}`;
}
