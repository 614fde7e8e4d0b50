import type { Pulled } from './runtime.ts';
import type { Rollout, Scenario } from './scenario.ts';

/** Something that has happened in a scenario that is played. */
export type Step = PullStep | ChangeStep;

/** A team has pulled an image, or tried to. */
export interface PullStep extends Pulled {
  readonly kind: 'pull';
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly team: string;
  /** `nginx:1.29`. */
  readonly image: string;
  /** Pulls left afterwards in the bucket it draws on; undefined where nobody counts. */
  readonly remaining: number | undefined;
}

/** The hub has changed. */
interface ChangeStep {
  readonly kind: 'change';
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What is different now, for people. */
  readonly text: string;
}

/** What a scenario came to. */
export interface ScenarioSummary {
  readonly title: string;
  readonly timeZone: string;
  /** Milliseconds since the epoch. */
  readonly startAt: number;
  /** Until when it was played, in milliseconds since the epoch. */
  readonly playedUntil: number;
  /** Each hour in which a team pulled, in order. */
  readonly hours: readonly HourRow[];
  /** Each team over the whole time, in the order of the file. */
  readonly teams: readonly TrafficRow[];
  readonly rollouts: readonly RolloutRow[];
}

/** How a team fared. */
export interface TrafficRow {
  readonly team: string;
  /** Images that came; a retry counts again in `refused` and `failed`. */
  readonly pulled: number;
  /** Attempts that found nothing left. */
  readonly refused: number;
  /** Attempts that failed otherwise. */
  readonly failed: number;
  /** Pulls that the hub counted. */
  readonly pulls: number;
  /** The least that was left in its bucket, in pulls; undefined where nobody counts, or nothing was pulled. */
  readonly leastRemaining: number | undefined;
}

/** A team's row of one hour. */
export interface HourRow extends TrafficRow {
  /** The hour's beginning, in milliseconds since the epoch. */
  readonly at: number;
}

/** How a rollout went. */
interface RolloutRow {
  readonly team: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Images it has to pull. */
  readonly images: number;
  readonly pulled: number;
  /** When the last of them came, in milliseconds since the epoch; undefined while some are missing. */
  readonly completedAt: number | undefined;
}

/** Adds up steps. */
interface Tally {
  count(step: PullStep, rollout: Rollout | undefined): void;
  summary(playedUntil: number): ScenarioSummary;
}

type Counted = { -readonly [K in keyof TrafficRow]: TrafficRow[K] };
type Progress = { -readonly [K in keyof RolloutRow]: RolloutRow[K] };

const HOUR_MS = 3_600_000;

/** Starts with nothing pulled. */
export function createTally({ title, timeZone, startAt, teams }: Scenario): Tally {
  const byHour = new Map<string, Counted & { at: number }>();
  const byTeam = new Map(teams.map(({ name }) => [name, emptyRow(name)]));
  const byRollout = new Map(
    teams.flatMap((team) => team.rollouts.map((rollout) => [rollout, startOf(team.name, rollout)])),
  );

  return {
    count(step, rollout) {
      const at = startAt + Math.floor((step.at - startAt) / HOUR_MS) * HOUR_MS;
      const key = `${at} ${step.team}`;
      const hour = byHour.get(key) ?? { at, ...emptyRow(step.team) };
      byHour.set(key, hour);
      add(hour, step);
      add(byTeam.get(step.team), step);
      const row = rollout && byRollout.get(rollout);
      if (!row || step.outcome !== 'pulled') return;
      row.pulled += 1;
      if (row.pulled === row.images) row.completedAt = step.at;
    },
    summary: (playedUntil) => ({
      title,
      timeZone,
      startAt,
      playedUntil,
      hours: [...byHour.values()].map((row) => ({ ...row })),
      teams: [...byTeam.values()].map((row) => ({ ...row })),
      rollouts: [...byRollout.values()].map((row) => ({ ...row })),
    }),
  };
}

function emptyRow(team: string): Counted {
  return { team, pulled: 0, refused: 0, failed: 0, pulls: 0, leastRemaining: undefined };
}

function startOf(team: string, { at, clusters, pods, images }: Rollout): Progress {
  return { team, at, images: clusters * pods * images.length, pulled: 0, completedAt: undefined };
}

function add(row: Counted | undefined, { outcome, pulls, remaining }: PullStep): void {
  if (!row) return;
  row[outcome] += 1;
  row.pulls += pulls;
  if (remaining !== undefined) row.leastRemaining = Math.min(row.leastRemaining ?? remaining, remaining);
}
