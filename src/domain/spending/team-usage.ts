import { splitEvenly, type TeamOf } from './owners.ts';
import type { UsageSum } from './usage-store.ts';
import { teamsOf } from './usage-summary.ts';

/** The pulls of a team in one hour. */
export interface TeamHour {
  /** Start of the hour, in milliseconds since the epoch. */
  readonly at: number;
  readonly pulls: number;
}

/** The pulls of teams by hour, from usage reports. */
export interface TeamUsage {
  /** Replaces the pulls of an hour. An hour of 0 holds those of removed rows. Not visible before `publish()`. */
  setHour(at: number, sums: readonly UsageSum[], teamOf: TeamOf): void;
  /** Removes everything; the totals stay until `publish()`. */
  clear(): void;
  /** Sums the hours. */
  publish(): void;
  /**
   * Returns the pulls of each team, for metrics: at most 100 teams, and the sum of all others as `other`. A team that has been
   * among them stays. The same map until `publish()`.
   */
  totals(): ReadonlyMap<string, number>;
  /** Returns the hours of a team in the order of time, without hours in which it pulled nothing. */
  hoursOf(team: string): readonly TeamHour[];
  /** Returns the start of the first and the end of the last hour of any team; undefined without hours. */
  known(): { readonly from: number; readonly to: number } | undefined;
}

const HOUR_MS = 3_600_000;
/** The most teams with a series of their own. */
const MAX_SERIES = 100;
/** The name of all other teams. */
const OTHERS = 'other';

/** Creates an empty usage of teams. */
export function createTeamUsage(): TeamUsage {
  const hours = new Map<number, ReadonlyMap<string, number>>();
  const shown = new Set<string>();
  let totals: ReadonlyMap<string, number> = new Map();
  return {
    setHour: (at, sums, teamOf) => void hours.set(at, sumByTeam(sums, teamOf)),
    clear: () => hours.clear(),
    publish() {
      const all = addMaps([...hours.values()]);
      const ranked = [...all].sort(([a, pulls], [b, others]) => others - pulls || (a < b ? -1 : 1));
      for (const [team] of ranked) if (shown.size < MAX_SERIES) shown.add(team);
      totals = addMaps(ranked.map(([team, pulls]) => new Map([[shown.has(team) ? team : OTHERS, pulls]])));
    },
    totals: () => totals,
    hoursOf: (team) =>
      [...hours]
        .flatMap(([at, ofHour]) => {
          const pulls = ofHour.get(team) ?? 0;
          return at === 0 || pulls === 0 ? [] : [{ at, pulls }];
        })
        .sort((a, b) => a.at - b.at),
    known() {
      const starts = [...hours.keys()].filter((at) => at > 0).sort((a, b) => a - b);
      const [first, last] = [starts[0], starts.at(-1)];
      return first === undefined || last === undefined ? undefined : { from: first, to: last + HOUR_MS };
    },
  };
}

/** Sums the pulls of an hour. Those of several teams are split evenly, in whole pulls that add up. */
function sumByTeam(sums: readonly UsageSum[], teamOf: TeamOf): ReadonlyMap<string, number> {
  const shared = new Map<string, { teams: readonly string[]; pulls: number }>();
  for (const sum of sums) {
    const teams = teamsOf(sum, teamOf);
    const key = teams.join('\n');
    shared.set(key, { teams, pulls: (shared.get(key)?.pulls ?? 0) + sum.pulls });
  }
  return addMaps(
    [...shared.values()].map(({ teams, pulls }) => {
      const shares = splitEvenly(pulls, teams.length);
      return new Map(teams.map((team, i) => [team, shares[i] ?? 0]));
    }),
  );
}

function addMaps(maps: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sum = new Map<string, number>();
  for (const map of maps) {
    for (const [name, value] of map) sum.set(name, (sum.get(name) ?? 0) + value);
  }
  return sum;
}
