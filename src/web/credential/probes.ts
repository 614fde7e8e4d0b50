import { BLOCKS, FAILURES } from '../../domain/failure.ts';
import type { Probe, RecentProbes } from '../../domain/history/query.ts';
import type { Outcome } from '../../domain/result.ts';
import { failureLabel } from '../../domain/result.ts';
import { formatCount, spanWords, toSentence } from '../../domain/wording.ts';
import type { Tone } from '../credential-words.ts';
import { type Moment, toMoment, toPlainText } from '../text.ts';

/** One probe in a row of a table. */
export interface ProbeRow {
  readonly at: Moment;
  readonly tone: Tone;
  readonly icon: string;
  /** What was learned: `42 of 100 left`. */
  readonly outcome: string;
  /** `timeout`; undefined where nothing went wrong. */
  readonly reason: string | undefined;
  readonly meaning: string | undefined;
  /** What to do about it. */
  readonly advice: string | undefined;
  /** What exactly was seen; text of others. */
  readonly detail: string | undefined;
  readonly duration: string;
}

/** The last probes of a credential. */
export interface ProbeList {
  /** Failures of one sort behind each other stand once. */
  readonly newest: readonly FoldedRow[];
  /** Failures that are older than all of `newest`, each sort once, as it was last seen. */
  readonly earlierFailures: readonly FoldedRow[];
  /** Whether any of them needs to be explained. */
  readonly hasFailures: boolean;
}

/** A row that stands for several, as it was last seen. */
export type FoldedRow = ProbeRow & {
  /** `12 times`; undefined for a row that stands for itself. */
  readonly times: string | undefined;
};

/** How much of a detail is shown, in characters. */
const DETAIL_LENGTH = 300;
const SECONDS = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** Finishes the last probes for the view. */
export function toProbeList({ newest, failures }: RecentProbes, now: number): ProbeList {
  const oldest = newest.at(-1)?.at ?? Number.POSITIVE_INFINITY;
  const isExplained = ({ outcome }: Probe) => failureLabel(outcome) !== undefined;
  return {
    newest: runsOf(newest.map((probe) => toProbeRow(probe, now))).map(fold),
    hasFailures: failures.length > 0 || newest.some(isExplained),
    earlierFailures: foldRows(
      failures.filter(({ at }) => at < oldest).map((probe) => toProbeRow(probe, now)),
    ),
  };
}

/** Rows behind each other that say the same of a failure. */
function runsOf(rows: readonly ProbeRow[]): Sort[] {
  const runs: [ProbeRow, ...ProbeRow[]][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run && row.reason !== undefined && sortOf(run[0]) === sortOf(row)) run.push(row);
    else runs.push([row]);
  }
  return runs;
}

/** Twelve times the same tells no more than once. */
function foldRows(rows: readonly ProbeRow[]): FoldedRow[] {
  const sorts = new Map<string, [ProbeRow, ...ProbeRow[]]>();
  for (const row of rows) {
    const sort = sorts.get(sortOf(row));
    if (sort) sort.push(row);
    else sorts.set(sortOf(row), [row]);
  }
  return [...sorts.values()].map(fold);
}

/** Rows that say the same, the newest first. */
type Sort = readonly [ProbeRow, ...ProbeRow[]];

function fold([newest, ...others]: Sort): FoldedRow {
  return { ...newest, times: others.length > 0 ? `${formatCount(others.length + 1)} times` : undefined };
}

function sortOf({ outcome, reason, detail }: ProbeRow): string {
  return JSON.stringify([outcome, reason, detail]);
}

function toProbeRow({ at, durationMs, outcome }: Probe, now: number): ProbeRow {
  const nothing = { reason: undefined, meaning: undefined, advice: undefined, detail: undefined };
  const row = { at: toMoment(at, now), duration: durationWords(durationMs) };
  switch (outcome.kind) {
    case 'limited':
      return { ...row, ...nothing, ...limitedWords(outcome) };
    case 'unlimited':
      return { ...row, ...nothing, tone: 'good', icon: 'infinity', outcome: 'No limit' };
    case 'blocked': {
      const { meaning, advice } = BLOCKS[outcome.reason];
      const pause = outcome.retryAfterSeconds;
      return {
        ...row,
        tone: 'bad',
        icon: 'blocked',
        outcome: 'Blocked',
        reason: outcome.reason,
        meaning: toSentence(meaning),
        advice: toSentence(advice),
        detail: pause === undefined ? undefined : `Docker Hub asks to wait ${spanWords(pause)}`,
      };
    }
    case 'failed': {
      const { meaning, advice } = FAILURES[outcome.reason];
      return {
        ...row,
        tone: outcome.reason === 'unauthorized' ? 'bad' : 'warn',
        icon: outcome.reason === 'unauthorized' ? 'key' : 'unplugged',
        outcome: 'Failed',
        reason: outcome.reason.replaceAll('_', ' '),
        meaning: toSentence(meaning),
        advice: toSentence(advice),
        detail: toPlainText(outcome.detail, DETAIL_LENGTH) || undefined,
      };
    }
  }
}

function limitedWords({
  remaining,
  limit,
  downgraded,
}: Outcome & { kind: 'limited' }): Pick<ProbeRow, 'tone' | 'icon' | 'outcome'> {
  const left = `${formatCount(remaining)} of ${formatCount(limit)} left`;
  if (remaining <= 0) return { tone: 'bad', icon: 'empty', outcome: left };
  return downgraded
    ? { tone: 'warn', icon: 'downgraded', outcome: `${left}, as if anonymous` }
    : { tone: 'good', icon: 'check', outcome: left };
}

function durationWords(durationMs: number): string {
  return durationMs < 1_000
    ? `${formatCount(Math.round(durationMs))} ms`
    : `${SECONDS.format(durationMs / 1_000)} s`;
}
