import { request } from 'undici';
import type { ReadAuthorization } from '../../domain/authorization.ts';
import { type Answer, readAnswer, readRefusal } from './answer.ts';
import { readBounded } from './bounded-body.ts';
import { createCaAgent } from './ca-agent.ts';
import { toQueryError } from './fault-words.ts';
import { QUERY_LIMITS, type QueryLimits } from './limits.ts';
import { QueryError } from './query-error.ts';

/** Where the query API is, and how to be let in. */
export interface QueryEndpoint {
  /** What stands before `/api/v1/query`, without user, query and fragment. */
  readonly url: URL;
  readonly readAuthorization: ReadAuthorization;
  /** Certificates in PEM form that are trusted beside Node's own. */
  readonly caFile: string | undefined;
  /** Where NODE_EXTRA_CA_CERTS is looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
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
  instant(expression: string): Promise<Answer>;
  /** What it was, step by step. */
  range(expression: string, range: EvaluationRange): Promise<Answer>;
  /** Ends every connection, those with a question under way too. */
  close(): Promise<void>;
}

/**
 * Keeps VictoriaMetrics from moving a range to multiples of its step, and from answering with what was 30 s ago; others
 * pass over it.
 */
const AS_ASKED = { nocache: '1' };

/** Creates a client; nothing is asked yet. */
export function createQueryClient(endpoint: QueryEndpoint, limits: QueryLimits = QUERY_LIMITS): QueryClient {
  const base = endpoint.url.href.replace(/\/$/, '');
  const connections = createCaAgent(endpoint.caFile, endpoint.env.NODE_EXTRA_CA_CERTS);

  /** By POST, since a matcher may be longer than a URL; redirects are not followed, they would carry the login along. */
  async function post(path: string, form: Readonly<Record<string, string>>): Promise<Answer> {
    const dispatcher = await connections.current();
    const authorization = await readHeader(endpoint.readAuthorization);
    const signal = AbortSignal.timeout(limits.timeoutMs);
    const { statusCode, body } = await request(`${base}/api/v1/${path}`, {
      method: 'POST',
      dispatcher,
      signal,
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...(authorization !== undefined && { authorization }),
      },
      body: new URLSearchParams(form).toString(),
    });
    const text = await readBounded(body, limits.bodyBytes);
    if (statusCode !== 200) throw new QueryError(`${base} ${refusalWords(statusCode, text)}`);
    return readAnswer(text, limits.series);
  }

  async function ask(path: string, form: Readonly<Record<string, string>>): Promise<Answer> {
    try {
      return await post(path, form);
    } catch (error) {
      throw toQueryError(error, base, limits.timeoutMs);
    }
  }

  return {
    instant: (expression) => ask('query', { query: expression, ...AS_ASKED }),
    range: (expression, { from, to, stepMs }) =>
      ask('query_range', {
        query: expression,
        start: String(from / 1_000),
        end: String(to / 1_000),
        step: String(stepMs / 1_000),
        ...AS_ASKED,
      }),
    close: () => connections.close(),
  };
}

async function readHeader(readAuthorization: ReadAuthorization): Promise<string | undefined> {
  try {
    return (await readAuthorization())?.reveal();
  } catch (error) {
    throw new QueryError(error instanceof Error ? error.message : String(error));
  }
}

function refusalWords(status: number, text: string): string {
  if (status === 401 || status === 403) return `does not let Headroom in: it answers ${status}`;
  const reason = readRefusal(text);
  return reason === undefined ? `answers ${status}` : `answers ${status}: ${reason}`;
}
