import { startDeadline } from '../../kit/deadline.ts';
import { createHttpClient } from '../../kit/http/http-client.ts';
import { describeFault } from '../../kit/http/network-fault.ts';
import type { Lookup } from '../../kit/http/open-socket.ts';
import { readProxyRules } from '../../kit/http/proxy-rules.ts';
import { createTrustReader, type ReadTrust, type Trust } from '../../kit/http/trust.ts';
import type { ReadAuthorization } from '../../kit/secret.ts';
import { parseQueryError, parseQueryResult, QueryError, type QueryResult } from './query-result.ts';

/** What one query may cost; more than that is refused, so that no answer can hurt the rest of Headroom. */
export interface QueryLimits {
  /** From the question to the last byte of the answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Size of an answer in bytes. */
  readonly bodyBytes: number;
  /** Series in an answer. */
  readonly series: number;
}

/** 10 s, 16 MiB and 50,000 series: some four thousand credentials. Reading the largest answer takes about 0.2 s. */
export const QUERY_LIMITS: QueryLimits = { timeoutMs: 10_000, bodyBytes: 16 * 1_048_576, series: 50_000 };

/** Where the query API is, and how to be let in. */
export interface QueryEndpoint {
  /** What stands before `/api/v1/query`, without user, query and fragment. */
  readonly url: URL;
  readonly readAuthorization: ReadAuthorization;
  /** Certificates in PEM form that are trusted beside Node's own. */
  readonly caFile: string | undefined;
  /** Where the proxy variables and NODE_EXTRA_CA_CERTS are looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Resolves host names. Default: the system's resolver. */
  readonly lookup?: Lookup | undefined;
}

/** A range of evaluations; instants are milliseconds since the epoch, both ends included. */
export interface EvaluationRange {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

/** Asks the Prometheus query API. Every method rejects with a `QueryError` only. */
export interface QueryClient {
  /** What an expression is now. */
  instant(expression: string): Promise<QueryResult>;
  /** What it was, step by step. */
  range(expression: string, range: EvaluationRange): Promise<QueryResult>;
  /** Ends every connection, those with a question under way too. */
  close(): Promise<void>;
}

/**
 * Keeps VictoriaMetrics from moving a range to multiples of its step, and from answering with what was 30 s ago; others
 * pass over it.
 */
const NO_CACHE = { nocache: '1' };

/** A background question every few seconds, and a chart now and then, need no more connections. */
const CONNECTIONS = 4;
const NEVER = new AbortController().signal;

/** Creates a client; nothing is asked yet. */
export function createQueryClient(endpoint: QueryEndpoint, limits: QueryLimits = QUERY_LIMITS): QueryClient {
  const base = endpoint.url.href.replace(/\/$/, '');
  const { caFile, env, lookup } = endpoint;
  const client = createHttpClient({ proxyFor: readProxyRules(env), connections: CONNECTIONS, lookup });
  const readTrust = createTrustReader(caFile, env.NODE_EXTRA_CA_CERTS);

  /** By POST, since a matcher may be longer than a URL; redirects are not followed, they would carry the login along. */
  async function post(
    path: string,
    form: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<QueryResult> {
    const trust = await readAuthorities(readTrust);
    const authorization = await readHeader(endpoint.readAuthorization);
    const { status, body, isCut } = await client.send({
      method: 'POST',
      url: new URL(`${base}/api/v1/${path}`),
      trust,
      signal,
      maxBodyBytes: limits.bodyBytes,
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...(authorization !== undefined && { authorization }),
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

async function readHeader(readAuthorization: ReadAuthorization): Promise<string | undefined> {
  try {
    return (await readAuthorization())?.reveal();
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
