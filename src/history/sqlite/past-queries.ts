import type { SeriesPoint } from '../../domain/forecast/series-point.ts';
import type { SpentHour } from '../../domain/forecast/weekly-profile.ts';
import { formatHistory } from '../../domain/history/history-text.ts';
import {
  type HistoryChange,
  type HistoryFormat,
  type HistoryQuery,
  type HistorySeries,
  type HistorySpan,
  MAX_RECENT_PROBES,
  type RecentProbes,
} from '../../domain/history/query.ts';
import type { AttemptSum, SpendingSpan } from '../../domain/spending/spending-store.ts';
import type { UsageDay, UsageSpan, UsageSum } from '../../domain/spending/usage-store.ts';
import { readChanges } from './changes.ts';
import type { PastTables } from './history-file.ts';
import { readBucketSeries, readSeries } from './read-series.ts';
import { pointOfSample } from './roll-up.ts';
import type { StoredCredential } from './tables/credential-table.ts';

/**
 * Reads the pulls spent of one source's bucket in each hour that is rolled up.
 * @param source the source; undefined for hours in which the hub reported none
 * @param from the start, in milliseconds since the epoch
 */
function readHourlySpending(
  { rollups, outcomes }: PastTables,
  credentialId: number,
  source: string | undefined,
  from: number,
): SpentHour[] {
  // A rollup is the sum over all sources: an hour with several sources cannot be attributed to one of them.
  const mixed = rollups.hoursWithSeveralSources(credentialId, from);
  return rollups
    .between(credentialId, 60, from, Number.MAX_SAFE_INTEGER)
    .flatMap(({ startAt, limitedId, spent, observedSeconds }) => {
      const isKnown = limitedId !== null && spent !== null && observedSeconds > 0 && !mixed.has(startAt);
      if (!isKnown || outcomes.outcome(limitedId).source !== (source ?? null)) return [];
      return [{ at: startAt, spent, observedSeconds }];
    });
}

/** The parameters of a query for the history of one credential, or of a bucket. */
export interface SeriesParameters {
  /** The credential; or the source of the bucket, with the credentials that use it. */
  readonly of:
    | { readonly credential: StoredCredential }
    | { readonly source: string; readonly credentials: readonly StoredCredential[] };
  readonly query: HistoryQuery;
  /** The instant from which every result is stored, in milliseconds since the epoch. */
  readonly oldestSampleAt: number;
}

function readSeriesOf(tables: PastTables, { of, query, oldestSampleAt }: SeriesParameters): HistorySeries {
  return 'credential' in of
    ? readSeries(tables, of.credential, query, oldestSampleAt)
    : readBucketSeries(tables, of.source, of.credentials, query, oldestSampleAt);
}

/** The queries of the history file, by kind, with their parameters and answers. All can be sent to another thread. */
export interface PastQueries {
  series: { parameters: SeriesParameters; answer: HistorySeries };
  seriesText: { parameters: SeriesParameters & { format: HistoryFormat }; answer: string };
  changes: { parameters: { credentialId: number; span: HistorySpan }; answer: HistoryChange[] };
  recentProbes: { parameters: { credentialId: number; until: number }; answer: RecentProbes };
  recentSamples: { parameters: { credentialId: number; from: number; until: number }; answer: SeriesPoint[] };
  hourlySpending: {
    parameters: { credentialId: number; source: string | undefined; from: number };
    answer: SpentHour[];
  };
  attemptSums: { parameters: { span: SpendingSpan }; answer: AttemptSum[] };
  usageHours: { parameters: Record<never, never>; answer: number[] };
  usageSums: { parameters: { hourAt: number }; answer: UsageSum[] };
  usageDays: { parameters: { span: UsageSpan }; answer: UsageDay[] };
  backup: { parameters: { target: string }; answer: undefined };
}

/** A query of one kind, with its parameters. */
export type PastQuery<Kind extends keyof PastQueries = keyof PastQueries> = {
  [Each in Kind]: { readonly kind: Each } & Readonly<PastQueries[Each]['parameters']>;
}[Kind];

/** The answer to a query of this kind. */
export type PastAnswer<Kind extends keyof PastQueries> = PastQueries[Kind]['answer'];

const READERS: {
  readonly [Kind in keyof PastQueries]: (
    tables: PastTables,
    parameters: Readonly<PastQueries[Kind]['parameters']>,
  ) => PastAnswer<Kind>;
} = {
  series: readSeriesOf,
  seriesText: (tables, { format, ...parameters }) => formatHistory(readSeriesOf(tables, parameters), format),
  changes: (tables, { credentialId, span }) => readChanges(tables, credentialId, span),
  recentProbes: ({ probes }, { credentialId, until }) => ({
    newest: probes.newest(credentialId, MAX_RECENT_PROBES, until),
    failures: probes.newestFailures(credentialId, MAX_RECENT_PROBES, until),
  }),
  recentSamples: ({ samples, outcomes }, { credentialId, from, until }) =>
    samples
      .between(credentialId, from, until)
      .map((sample) => pointOfSample(sample, outcomes.outcome(sample.outcomeId))),
  hourlySpending: (tables, { credentialId, source, from }) =>
    readHourlySpending(tables, credentialId, source, from),
  attemptSums: ({ attempts }, { span }) => attempts.sums(span),
  usageHours: ({ usage }) => usage.hours(),
  usageSums: ({ usage }, { hourAt }) => usage.sums(hourAt),
  usageDays: ({ usage }, { span }) => usage.days(span),
  backup(tables, { target }) {
    tables.copyTo(target);
    return undefined;
  },
};

/**
 * Reads the answer to a query.
 * @throws HistoryQueryError if the query is invalid or its answer would be too long
 * @throws the error of the database
 */
export function answerQuery<Kind extends keyof PastQueries>(
  tables: PastTables,
  query: PastQuery<Kind>,
): PastAnswer<Kind> {
  return READERS[query.kind](tables, query);
}
