import type { Limits } from '../limits.ts';
import { instantOfMoment, type Moment } from './moment.ts';
import type { Cache, Origin, Scenario, Team, TimedChange, TimedFault } from './scenario.ts';
import type { ScenarioInput } from './schema.ts';
import { createZone } from './zone.ts';

/**
 * Where a client comes from that does not say: this machine, so that Headroom beside the simulator sees the bucket
 * that the scenario draws on.
 */
const DEFAULT_SOURCE = '127.0.0.1';

type TeamInput = ScenarioInput['teams'][number];
type LimitsInput = ScenarioInput['limits'];
type InstantOf = (moment: Moment) => number;

/** Makes a scenario of what was read: moments become instants, and what was left out gets its value. */
export function resolveScenario(input: ScenarioInput): Scenario {
  const zone = createZone(input.time_zone);
  const startAt = zone.instantOf(input.start);
  const endAt = startAt + input.duration;
  const instantOf: InstantOf = (moment) => instantOfMoment(moment, startAt, zone);
  return {
    title: input.title,
    timeZone: input.time_zone,
    startAt,
    endAt,
    speed: input.speed,
    seed: input.seed,
    profile: input.profile,
    limits: toLimits(input.limits),
    accounts: input.accounts,
    caches: input.caches.map((cache): Cache => ({ name: cache.name, ...toOrigin(cache) })),
    teams: input.teams.map((team) => toTeam(team, instantOf)),
    faults: input.faults.map((fault) => toFault(fault, instantOf, endAt)),
    changes: input.changes.map((change) => toChange(change, instantOf)),
  };
}

function toTeam(team: TeamInput, instantOf: InstantOf): Team {
  const { name, cache, runtime, images, traffic, bursts, rollouts } = team;
  return {
    name,
    through: cache === undefined ? toOrigin(team) : { cache },
    runtime,
    images,
    traffic: traffic.map(({ per_hour, days, hours }) => ({ perHour: per_hour, days, hours })),
    bursts: bursts.map(({ time, days, count, within }) => ({ minute: time, days, count, withinMs: within })),
    rollouts: rollouts.map(({ at, within, pull_policy, images: own = images, ...size }) => ({
      ...size,
      at: instantOf(at),
      withinMs: within,
      images: own,
      policy: pull_policy,
    })),
  };
}

function toOrigin({ source = DEFAULT_SOURCE, account }: { source?: string; account?: string }): Origin {
  return account === undefined ? { source } : { source, account };
}

/** A fault that does not say for how long lasts to the end. */
function toFault(
  { fault, at, for: durationMs, ...scope }: ScenarioInput['faults'][number],
  instantOf: InstantOf,
  endAt: number,
): TimedFault {
  const beginsAt = instantOf(at);
  return { fault, scope, at: beginsAt, endAt: durationMs === undefined ? endAt : beginsAt + durationMs };
}

function toChange(
  { at, profile, limits }: ScenarioInput['changes'][number],
  instantOf: InstantOf,
): TimedChange {
  return {
    at: instantOf(at),
    ...(profile === undefined ? {} : { profile }),
    ...(limits === undefined ? {} : { limits: toLimits(limits) }),
  };
}

function toLimits({ window, window_kind, ...limits }: LimitsInput): Partial<Limits> {
  return {
    ...limits,
    ...(window === undefined ? {} : { windowSeconds: window }),
    ...(window_kind === undefined ? {} : { window: window_kind }),
  };
}
