import type { Pulled } from './runtime.ts';
import type { Rollout, Scenario } from './scenario.ts';

/** An event that has happened in a scenario. */
export type Step = PullStep | ChangeStep;

/** A successful or failed pull of an image by a team. */
export interface PullStep extends Pulled {
  readonly kind: 'pull';
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly team: string;
  /** Such as `nginx:1.29`. */
  readonly image: string;
  /** Pulls left in the bucket of the team after the pull; undefined if it is not metered. */
  readonly remaining: number | undefined;
}

/** A change of the hub. */
interface ChangeStep {
  readonly kind: 'change';
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Description of the change. */
  readonly text: string;
}

/** The results of a scenario. */
export interface ScenarioSummary {
  readonly title: string;
  readonly timeZone: string;
  /** Milliseconds since the epoch. */
  readonly startAt: number;
  /** End of the time that was played, in milliseconds since the epoch. */
  readonly playedUntil: number;
  /** One row for each hour and team with pulls, in order. */
  readonly hours: readonly HourRow[];
  /** One row for each team, in the order of the file. */
  readonly teams: readonly TrafficRow[];
  readonly rollouts: readonly RolloutRow[];
}

/** Counts of the pulls of a team. */
export interface TrafficRow {
  readonly team: string;
  /** Successful pulls of images. Every failed attempt counts in `refused` or `failed`. */
  readonly pulled: number;
  /** Attempts that were refused because no pulls were left. */
  readonly refused: number;
  /** Attempts that failed for another reason. */
  readonly failed: number;
  /** Pulls that the hub counted. */
  readonly pulls: number;
  /** Smallest number of pulls left in its bucket; undefined if it is not metered, or did not pull. */
  readonly leastRemaining: number | undefined;
}

/** Counts of the pulls of a team in one hour. */
export interface HourRow extends TrafficRow {
  /** Start of the hour, in milliseconds since the epoch. */
  readonly at: number;
}

/** Progress of a rollout. */
interface RolloutRow {
  readonly team: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Number of images to pull. */
  readonly images: number;
  readonly pulled: number;
  /** Time of the last successful pull, in milliseconds since the epoch; undefined if images are missing. */
  readonly completedAt: number | undefined;
}

/** Adds steps to a summary. */
interface Tally {
  /** Adds a pull. `rollout` is the rollout that it belongs to; undefined if there is none. */
  count(step: PullStep, rollout: Rollout | undefined): void;
  /** Returns the results until `playedUntil`, in milliseconds since the epoch. */
  summary(playedUntil: number): ScenarioSummary;
}

type Counted = { -readonly [K in keyof TrafficRow]: TrafficRow[K] };
type Progress = { -readonly [K in keyof RolloutRow]: RolloutRow[K] };

const HOUR_MS = 3_600_000;

/** Creates a tally without pulls. */
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
