import { seededRandom } from '../../kit/seeded-random.ts';
import type {
  Hours,
  Image,
  PlannedPull,
  Rollout,
  Scenario,
  ScenarioEvent,
  Team,
  Traffic,
} from './scenario.ts';
import { createZone, midnightOf, minuteOf, type WallTime, weekdayOf, type Zone } from './time.ts';

/** Time span, time zone and randomness of planned traffic. */
interface Span {
  /** Milliseconds since the epoch. */
  readonly startAt: number;
  /** Exclusive end, in milliseconds since the epoch. */
  readonly endAt: number;
  readonly zone: Zone;
  /** Returns numbers from 0 to below 1. */
  readonly random: () => number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * Yields the pulls of a team's traffic at random times, in order: a Poisson process at the sum of all rates, thinned to
 * the rate at each time, so that rates may change at any minute.
 */
function* planTraffic(team: Team, { startAt, endAt, zone, random }: Span): Generator<PlannedPull, void> {
  const highest = team.traffic.reduce((sum, { perHour }) => sum + perHour, 0);
  if (highest === 0) return;
  let at = startAt;
  for (;;) {
    at += (-Math.log(1 - random()) * HOUR_MS) / highest;
    if (at >= endAt) return;
    if (random() * highest >= rateAt(team.traffic, zone.wallTime(at))) continue;
    yield pullAt(team, Math.floor(at), random);
  }
}

/** Yields the pulls of one burst entry of a team, day by day, at random times within the burst, in order. */
function* planBursts(team: Team, index: number, span: Span): Generator<PlannedPull, void> {
  const burst = team.bursts[index];
  if (!burst) return;
  const { startAt, endAt, zone, random } = span;
  // A burst of the previous evening may continue on the first day.
  const firstDay = midnightOf(zone.wallTime(startAt)) - DAY_MS;
  for (let day = firstDay; ; day += DAY_MS) {
    const beginAt = zone.instantOf(day + burst.minute * MINUTE_MS);
    if (beginAt >= endAt) return;
    if (!burst.days[weekdayOf(day)]) continue;
    const moments = Array.from({ length: burst.count }, () => Math.floor(random() * burst.withinMs)).sort(
      (a, b) => a - b,
    );
    for (const moment of moments) {
      const at = beginAt + moment;
      if (at >= startAt && at < endAt) yield pullAt(team, at, random);
    }
  }
}

/** Returns the rate of traffic at a wall time, in images per hour. */
export function rateAt(traffic: readonly Traffic[], wallTime: WallTime): number {
  const weekday = weekdayOf(wallTime);
  const minute = minuteOf(wallTime);
  return traffic.reduce((sum, { perHour, days, hours }) => {
    const beganToday = days[weekday] === true && isBegun(hours, minute);
    const beganYesterday = days[(weekday + 6) % 7] === true && hours.to <= hours.from && minute < hours.to;
    return beganToday || beganYesterday ? sum + perHour : sum;
  }, 0);
}

function isBegun({ from, to }: Hours, minute: number): boolean {
  return minute >= from && (to <= from || minute < to);
}

function pullAt(team: Team, at: number, random: () => number): PlannedPull {
  const image = team.images[Math.floor(random() * team.images.length)] as Image;
  return { kind: 'pull', at, team, image, policy: 'always' };
}

/**
 * Yields the pulls of a rollout in order: cluster by cluster, pod by pod, image by image, evenly spread over `withinMs`.
 * The pods of a cluster are assigned to its nodes in turn.
 */
function* planRollout(team: Team, rollout: Rollout): Generator<PlannedPull, void> {
  const { at, withinMs, clusters, nodes, pods, images, policy } = rollout;
  const total = clusters * pods * images.length;
  let done = 0;
  for (let cluster = 0; cluster < clusters; cluster++) {
    for (let pod = 0; pod < pods; pod++) {
      for (const image of images) {
        yield {
          kind: 'pull',
          at: at + Math.floor((withinMs * done) / total),
          team,
          image,
          policy,
          node: `${cluster}/${pod % nodes}`,
          rollout,
        };
        done += 1;
      }
    }
  }
}

/** Odd and large, so that consecutive seeds and entries have unrelated random numbers. */
const SEED_STRIDE = 0x9e37_79b1;

/**
 * Yields every event of a scenario in order of time, computed on demand. The same scenario always has the same events.
 * At the same time, changes of the hub come first, then pulls in the order of the teams in the file.
 */
export function planScenario(scenario: Scenario): Generator<ScenarioEvent, void> {
  const { startAt, endAt, seed } = scenario;
  const zone = createZone(scenario.timeZone);
  let lines = 0;
  /** Each entry has its own random numbers, so that a change of one does not affect the others. */
  const span = () => ({ startAt, endAt, zone, random: seededRandom(seed + SEED_STRIDE * ++lines) });
  const pulls = scenario.teams.flatMap((team) => [
    planTraffic(team, span()),
    ...team.bursts.map((_, index) => planBursts(team, index, span())),
    ...team.rollouts.map((rollout) => planRollout(team, rollout)),
  ]);
  return mergeByTime([planHub(scenario), ...pulls], endAt);
}

/** Yields the faults and changes of the hub, in order. */
function* planHub({ faults, changes }: Scenario): Generator<ScenarioEvent, void> {
  const events: ScenarioEvent[] = [
    ...changes.map((change) => ({ kind: 'change' as const, at: change.at, change })),
    ...faults.map((fault) => ({ kind: 'fault-begins' as const, at: fault.at, fault })),
    ...faults.map((fault) => ({ kind: 'fault-ends' as const, at: fault.endAt, fault })),
  ];
  yield* events.sort((a, b) => a.at - b.at);
}

/** Merges ordered sources of events, up to `endAt` (exclusive). */
function* mergeByTime(
  sources: readonly Generator<ScenarioEvent, void>[],
  endAt: number,
): Generator<ScenarioEvent, void> {
  const heads = sources.map((source) => ({ source, event: nextOf(source) }));
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (head.event && (!first?.event || head.event.at < first.event.at)) first = head;
    }
    if (!first?.event || first.event.at >= endAt) return;
    yield first.event;
    first.event = nextOf(first.source);
  }
}

function nextOf(source: Generator<ScenarioEvent, void>): ScenarioEvent | undefined {
  return source.next().value ?? undefined;
}
