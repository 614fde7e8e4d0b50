import { BLOCKS, FAILURES } from '../../domain/failure.ts';
import type { Probe, RecentProbes } from '../../domain/history/query.ts';
import type { Outcome } from '../../domain/result.ts';
import { failureLabel } from '../../domain/result.ts';
import { formatCount, spanWords, toSentence } from '../../domain/wording.ts';
import { lazy } from '../../kit/lazy.ts';
import type { Tone } from '../credential-words.ts';
import { type Moment, toMoment, toPlainText } from '../text.ts';

/** One probe in a row of a table. */
export interface ProbeRow {
  readonly at: Moment;
  readonly tone: Tone;
  readonly icon: string;
  /** The outcome: `42 of 100 left`. */
  readonly outcome: string;
  /** Reason of a failure: `timeout`; undefined for a success. */
  readonly reason: string | undefined;
  readonly meaning: string | undefined;
  /** What the user can do; undefined for a success. */
  readonly advice: string | undefined;
  /** The exact observation, foreign text; undefined if there is none. */
  readonly detail: string | undefined;
  readonly duration: string;
}

/** The newest probes of a credential, finished for the template. */
export interface ProbeList {
  /** The newest probes; consecutive equal failures are one row. */
  readonly newest: readonly FoldedRow[];
  /** Failures older than all of `newest`; equal failures are one row, with the newest time. */
  readonly earlierFailures: readonly FoldedRow[];
  /** Whether a probe failed, so that the table has a column with explanations. */
  readonly hasFailures: boolean;
}

/** A row for one or several equal probes, with the newest time. */
export type FoldedRow = ProbeRow & {
  /** `12 times`; undefined for a single probe. */
  readonly times: string | undefined;
};

/** Maximum length of a detail, in characters. */
const DETAIL_LENGTH = 300;
const SECONDS = lazy(() => new Intl.NumberFormat('en', { maximumFractionDigits: 1 }));

/**
 * Creates the lists of the newest probes and of earlier failures.
 * @param now milliseconds since the epoch
 */
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

/** Groups consecutive rows with the same failure. */
function runsOf(rows: readonly ProbeRow[]): EqualRows[] {
  const runs: [ProbeRow, ...ProbeRow[]][] = [];
  for (const row of rows) {
    const run = runs.at(-1);
    if (run && row.reason !== undefined && keyOf(run[0]) === keyOf(row)) run.push(row);
    else runs.push([row]);
  }
  return runs;
}

/** Merges rows with the same failure, wherever they stand. */
function foldRows(rows: readonly ProbeRow[]): FoldedRow[] {
  const groups = new Map<string, [ProbeRow, ...ProbeRow[]]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return [...groups.values()].map(fold);
}

/** Rows with the same text, the newest first. */
type EqualRows = readonly [ProbeRow, ...ProbeRow[]];

function fold([newest, ...others]: EqualRows): FoldedRow {
  return { ...newest, times: others.length > 0 ? `${formatCount(others.length + 1)} times` : undefined };
}

function keyOf({ outcome, reason, detail }: ProbeRow): string {
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
    : `${SECONDS().format(durationMs / 1_000)} s`;
}
