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

/** What traffic is planned within and with. */
interface Span {
  /** Milliseconds since the epoch. */
  readonly startAt: number;
  /** Milliseconds since the epoch; nothing happens from then on. */
  readonly endAt: number;
  readonly zone: Zone;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/**
 * A team's pulls at random moments: a Poisson process at the highest rate, thinned out to the rate of the moment, so
 * that rates may change at any minute and the gaps between two pulls stay as irregular as people are.
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

/** A team's bursts of one line, day by day: so many pulls at random moments within a short time. */
function* planBursts(team: Team, index: number, span: Span): Generator<PlannedPull, void> {
  const burst = team.bursts[index];
  if (!burst) return;
  const { startAt, endAt, zone, random } = span;
  // A burst of the evening before may reach into the first day.
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

/** Images an hour at some moment. */
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
 * The pulls of a rollout: cluster by cluster, pod by pod, image by image, spread evenly over its time. The pods of a
 * cluster go to its nodes in turn, as a scheduler that spreads them would.
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

/** Odd and far from 0, so that neighbouring seeds and lines get numbers that have nothing to do with each other. */
const SEED_STRIDE = 0x9e37_79b1;

/**
 * Everything that happens in a scenario, in order of time, computed as it is asked for. The same scenario always gives
 * the same events. At the same moment the hub changes first, then teams pull in the order of the file.
 */
export function planScenario(scenario: Scenario): Generator<ScenarioEvent, void> {
  const { startAt, endAt, seed } = scenario;
  const zone = createZone(scenario.timeZone);
  let lines = 0;
  /** Every line has random numbers of its own: changing one leaves the others as they are. */
  const span = () => ({ startAt, endAt, zone, random: seededRandom(seed + SEED_STRIDE * ++lines) });
  const pulls = scenario.teams.flatMap((team) => [
    planTraffic(team, span()),
    ...team.bursts.map((_, index) => planBursts(team, index, span())),
    ...team.rollouts.map((rollout) => planRollout(team, rollout)),
  ]);
  return mergeByTime([planHub(scenario), ...pulls], endAt);
}

/** What becomes of the hub; few events, so they are simply sorted. */
function* planHub({ faults, changes }: Scenario): Generator<ScenarioEvent, void> {
  const events: ScenarioEvent[] = [
    ...changes.map((change) => ({ kind: 'change' as const, at: change.at, change })),
    ...faults.map((fault) => ({ kind: 'fault-begins' as const, at: fault.at, fault })),
    ...faults.map((fault) => ({ kind: 'fault-ends' as const, at: fault.endAt, fault })),
  ];
  yield* events.sort((a, b) => a.at - b.at);
}

/** Merges events that are each in order, up to before `endAt`. */
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
