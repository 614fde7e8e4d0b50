import { quoteForeign } from '../../kit/foreign-text.ts';

/** Thrown for a failed query. The message is a clause without secrets and without the query. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/** The labels of a series, including `__name__`. */
export type SeriesLabels = Readonly<Record<string, string>>;

/** A value with its time in milliseconds since the epoch. */
interface TimedValue {
  readonly at: number;
  readonly value: number;
}

/** A series of a result; one value for an instant query. Values that are not finite are omitted. */
export interface QueriedSeries {
  readonly labels: SeriesLabels;
  readonly values: readonly TimedValue[];
}

/** The result of a query. */
export interface QueryResult {
  readonly series: readonly QueriedSeries[];
  /** Warnings of the server, for example about incomplete data. */
  readonly warnings: readonly string[];
}

/**
 * Parses a response of the query API (https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview).
 * @throws QueryError if it is invalid or has more than `maxSeries` series
 */
export function parseQueryResult(text: string, maxSeries: number): QueryResult {
  const { data, warnings } = asRecord(parseJson(text));
  const { resultType, result } = asRecord(data);
  if ((resultType !== 'vector' && resultType !== 'matrix') || !Array.isArray(result)) throw invalidResult();
  if (result.length > maxSeries) {
    throw new QueryError(`the answer has more than ${maxSeries} series; narrow history.prometheus.matcher`);
  }
  return {
    series: result.map(readSeries),
    warnings: Array.isArray(warnings) ? warnings.map((warning) => quoteForeign(String(warning))) : [],
  };
}

/** Returns the error message of a response; undefined if it has none. */
export function parseQueryError(text: string): string | undefined {
  try {
    const { error } = asRecord(JSON.parse(text));
    return typeof error === 'string' && error !== '' ? quoteForeign(error) : undefined;
  } catch {
    // For example an HTML page of a proxy; the status is reported.
    return undefined;
  }
}

function readSeries(series: unknown): QueriedSeries {
  const { metric, value, values } = asRecord(series);
  const labels = asRecord(metric);
  const pairs: unknown = values ?? (value === undefined ? [] : [value]);
  if (!Array.isArray(pairs) || !isTexts(labels)) throw invalidResult();
  return { labels, values: pairs.map(readPair).filter(({ value: number }) => Number.isFinite(number)) };
}

function readPair(pair: unknown): TimedValue {
  const [seconds, text]: unknown[] = Array.isArray(pair) ? pair : [];
  if (typeof seconds !== 'number' || typeof text !== 'string') throw invalidResult();
  return { at: Math.round(seconds * 1_000), value: text === '' ? Number.NaN : Number(text) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidResult();
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw invalidResult();
  return value as Readonly<Record<string, unknown>>;
}

function isTexts(labels: Readonly<Record<string, unknown>>): labels is SeriesLabels {
  return Object.values(labels).every((value) => typeof value === 'string');
}

function invalidResult(): QueryError {
  return new QueryError('what answers is not the Prometheus query API; check history.prometheus.url');
}
