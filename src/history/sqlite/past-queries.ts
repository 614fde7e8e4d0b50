import type { SeriesPoint } from '../../domain/forecast/series-point.ts';
import type { SpentHour } from '../../domain/forecast/weekly-profile.ts';
import type { HistoryChange, HistoryQuery, HistorySeries, HistorySpan } from '../../domain/history/query.ts';
import { MAX_RECENT_PROBES, type RecentProbes } from '../../domain/history/query.ts';
import { readChanges } from './changes.ts';
import type { PastTables } from './history-file.ts';
import { readBucketSeries, readSeries } from './read-series.ts';
import { pointOfSample } from './roll-up.ts';
import type { StoredCredential } from './tables/credential-table.ts';

/**
 * What was spent of one source's bucket in each hour that has been summed up.
 * @param source undefined for the hours in which the hub named none
 * @param from milliseconds since the epoch
 */
function readHourlySpending(
  { rollups, outcomes }: PastTables,
  credentialId: number,
  source: string | undefined,
  from: number,
): SpentHour[] {
  // An hour is summed up over all sources: one with several says nothing of any.
  const mixed = rollups.hoursWithSeveralSources(credentialId, from);
  return rollups
    .between(credentialId, 60, from, Number.MAX_SAFE_INTEGER)
    .flatMap(({ startAt, limitedId, spent, observedSeconds }) => {
      const isTold = limitedId !== null && spent !== null && observedSeconds > 0 && !mixed.has(startAt);
      if (!isTold || outcomes.outcome(limitedId).source !== (source ?? null)) return [];
      return [{ at: startAt, spent, observedSeconds }];
    });
}

/** What can be asked of the past in the file. A question and its answer can be sent to another thread. */
export interface PastQueries {
  series: {
    ask: { credential: StoredCredential; query: HistoryQuery; oldestSampleAt: number };
    answer: HistorySeries;
  };
  bucketSeries: {
    ask: {
      source: string;
      credentials: readonly StoredCredential[];
      query: HistoryQuery;
      oldestSampleAt: number;
    };
    answer: HistorySeries;
  };
  changes: { ask: { credentialId: number; span: HistorySpan }; answer: HistoryChange[] };
  recentProbes: { ask: { credentialId: number; until: number }; answer: RecentProbes };
  recentSamples: { ask: { credentialId: number; from: number; until: number }; answer: SeriesPoint[] };
  hourlySpending: {
    ask: { credentialId: number; source: string | undefined; from: number };
    answer: SpentHour[];
  };
}

/** One of the questions, by its kind. */
export type PastQuery<Kind extends keyof PastQueries = keyof PastQueries> = {
  [Each in Kind]: { readonly kind: Each } & Readonly<PastQueries[Each]['ask']>;
}[Kind];

/** The answer to a kind of question. */
export type PastAnswer<Kind extends keyof PastQueries> = PastQueries[Kind]['answer'];

const READERS: {
  readonly [Kind in keyof PastQueries]: (
    tables: PastTables,
    question: Readonly<PastQueries[Kind]['ask']>,
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
};

/**
 * Reads the answer to a question.
 * @throws HistoryQueryError when it cannot be answered as it is asked
 * @throws the database's error
 */
export function answerQuery<Kind extends keyof PastQueries>(
  tables: PastTables,
  question: PastQuery<Kind>,
): PastAnswer<Kind> {
  return READERS[question.kind](tables, question);
}
