import type { SeriesPoint } from '../../domain/forecast/series-point.ts';
import type { SpentHour } from '../../domain/forecast/weekly-profile.ts';
import type { HistoryChange, HistoryQuery, HistorySeries, HistorySpan } from '../../domain/history/query.ts';
import { MAX_RECENT_PROBES, type RecentProbes } from '../../domain/history/query.ts';
import type { AttemptSum, SpendingSpan } from '../../domain/spending/spending-store.ts';
import type { UsageSum } from '../../domain/spending/usage-store.ts';
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

/** The queries of the history file, by kind, with their parameters and answers. All can be sent to another thread. */
export interface PastQueries {
  series: {
    parameters: { credential: StoredCredential; query: HistoryQuery; oldestSampleAt: number };
    answer: HistorySeries;
  };
  bucketSeries: {
    parameters: {
      source: string;
      credentials: readonly StoredCredential[];
      query: HistoryQuery;
      oldestSampleAt: number;
    };
    answer: HistorySeries;
  };
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
  series: (tables, { credential, query, oldestSampleAt }) =>
    readSeries(tables, credential, query, oldestSampleAt),
  bucketSeries: (tables, { source, credentials, query, oldestSampleAt }) =>
    readBucketSeries(tables, source, credentials, query, oldestSampleAt),
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
