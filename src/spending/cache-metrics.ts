import { formatLabelMatchers } from '../domain/history/label-matcher.ts';
import type { CacheConfig } from '../domain/spending/spending-config.ts';
import { startDeadline } from '../kit/deadline.ts';
import type { HttpClient } from '../kit/http/http-client.ts';
import { describeFault } from '../kit/http/network-fault.ts';
import { CACHE_METRICS } from './cache-counters.ts';

/** The answer to a query of Prometheus. */
interface QueriedMetrics {
  readonly series: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly values: readonly { readonly value: number }[];
  }[];
}

/** Where the metrics of caches are read. */
interface CacheMetricsPorts {
  readonly client: Pick<HttpClient, 'send'>;
  /** Evaluates an expression in the Prometheus backend; undefined without this backend. */
  readonly query: ((expression: string) => Promise<QueriedMetrics>) | undefined;
}

/** The timeout of a request to a cache, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** The largest answer of a cache, in bytes. */
const MAX_ANSWER_BYTES = 4_194_304;
const NEVER = new AbortController().signal;

/**
 * Returns the metrics of a cache as text, from its own URL or from the Prometheus backend.
 * @throws Error if they cannot be read; its message says why
 */
export async function readCacheMetrics(
  { metricsUrl, matchers = [] }: CacheConfig,
  { client, query }: CacheMetricsPorts,
): Promise<string> {
  if (metricsUrl) return requestMetrics(metricsUrl, client);
  const selected = [`__name__=~"${CACHE_METRICS}"`, formatLabelMatchers(matchers)].filter(Boolean);
  const { series = [] } = (await query?.(`{${selected.join(',')}}`)) ?? {};
  return series.map(({ labels, values }) => formatSample(labels, values.at(-1)?.value ?? 0)).join('\n');
}

async function requestMetrics(url: URL, client: Pick<HttpClient, 'send'>): Promise<string> {
  const deadline = startDeadline(TIMEOUT_MS, NEVER);
  try {
    const request = { method: 'GET', url, signal: deadline.signal } as const;
    const { status, body, isCut } = await client.send({ ...request, maxBodyBytes: MAX_ANSWER_BYTES });
    if (status !== 200) throw new AnswerError(`${url.host} answers ${status}`);
    if (isCut) throw new AnswerError(`The answer of ${url.host} is larger than 4 MiB`);
    return body;
  } catch (error) {
    throw error instanceof AnswerError ? error : new Error(describeFault(error, url.host));
  } finally {
    deadline.clear();
  }
}

class AnswerError extends Error {}

function formatSample(
  { __name__: name = '', ...labels }: Readonly<Record<string, string>>,
  value: number,
): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return `${name}{${pairs.join(',')}} ${value}`;
}
