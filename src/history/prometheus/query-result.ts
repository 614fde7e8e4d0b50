import { quoteForeign } from '../../kit/foreign-text.ts';

/** A query that got no usable answer. The message is a clause for people: no secret, no query of a URL. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
}

/** Labels of a series with `__name__` among them. */
export type SeriesLabels = Readonly<Record<string, string>>;

/** A value at a moment (milliseconds since the epoch). */
interface TimedValue {
  readonly at: number;
  readonly value: number;
}

/** A series of an answer; of an instant query it has one value. Values that are no finite number are left out. */
export interface QueriedSeries {
  readonly labels: SeriesLabels;
  readonly values: readonly TimedValue[];
}

/** A query's answer. */
export interface QueryResult {
  readonly series: readonly QueriedSeries[];
  /** What the answer may lack, in the words of who gave it. */
  readonly warnings: readonly string[];
}

/**
 * Reads an answer of the query API (https://prometheus.io/docs/prometheus/latest/querying/api/#format-overview).
 * @throws QueryError when it is none, or holds more than `maxSeries`
 */
export function parseQueryResult(text: string, maxSeries: number): QueryResult {
  const { data, warnings } = asRecord(parseJson(text));
  const { resultType, result } = asRecord(data);
  if ((resultType !== 'vector' && resultType !== 'matrix') || !Array.isArray(result)) throw invalidResult();
  if (result.length > maxSeries) {
    throw new QueryError(`the answer holds more than ${maxSeries} series; narrow history.prometheus.matcher`);
  }
  return {
    series: result.map(readSeries),
    warnings: Array.isArray(warnings) ? warnings.map((warning) => quoteForeign(String(warning))) : [],
  };
}

/** Why a query was refused, in the words of who refused it; undefined when it does not say. */
export function parseQueryError(text: string): string | undefined {
  try {
    const { error } = asRecord(JSON.parse(text));
    return typeof error === 'string' && error !== '' ? quoteForeign(error) : undefined;
  } catch {
    // An HTML page of a proxy says nothing that the status does not.
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
