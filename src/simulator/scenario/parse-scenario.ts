import type * as z from 'zod';
import { cutText } from '../../kit/foreign-text.ts';
import type { Limits } from '../metering/bucket.ts';
import { crossCheck } from './cross-checks.ts';
import { splitMessage } from './fields.ts';
import { type Finding, type Problem, ScenarioError, valueAt } from './problem.ts';
import type { Cache, Origin, Scenario, Team, TimedChange, TimedFault } from './scenario.ts';
import { SCENARIO_SCHEMA, type ScenarioInput } from './schema.ts';
import { createZone, instantOfMoment, type Moment } from './time.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/**
 * Default address of teams and caches: loopback, so that Headroom on this machine reports the bucket that the scenario
 * uses.
 */
const DEFAULT_SOURCE = '127.0.0.1';

type TeamInput = ScenarioInput['teams'][number];
type LimitsInput = ScenarioInput['limits'];
type InstantOf = (moment: Moment) => number;

/** Returns the scenario of a validated file: times become instants, and missing values get their defaults. */
function resolveScenario(input: ScenarioInput): Scenario {
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

/** Returns a fault with its times. A fault without `for` lasts until the end of the scenario. */
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

const MAX_SHOWN = 100;

/**
 * Parses the text of a scenario file.
 * @param path name of the file in messages
 * @throws ScenarioError with every problem of the file
 */
export async function parseScenario(text: string, path: string): Promise<Scenario> {
  const file = await parseYaml(text, path);
  const read = SCENARIO_SCHEMA.safeParse(file.value);
  const findings = [...(read.error?.issues ?? []).flatMap(toFindings), ...crossCheck(file.value)];
  if (read.data && findings.length === 0) return resolveScenario(read.data);
  throw new ScenarioError(inReadingOrder(findings, file));
}

function toFindings(issue: z.core.$ZodIssue): Finding[] {
  const said = splitMessage(issue.message);
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, ...said }];
  return issue.keys.map((key) => ({ path: [...issue.path, key], ...said, isAboutKey: true }));
}

function inReadingOrder(findings: readonly Finding[], file: YamlFile): Problem[] {
  return findings
    .map((finding) => ({ finding, offset: file.offsetOf(finding.path, finding.isAboutKey === true) }))
    .sort((a, b) => a.offset - b.offset)
    .map(({ finding, offset }) => toProblem(finding, file.placeAt(offset), file));
}

function toProblem(finding: Finding, place: string, file: YamlFile): Problem {
  const { path, message, allowed, isAboutKey = false } = finding;
  const value = valueAt(file.value, path);
  const isMissing = value === undefined;
  const found = isMissing || isAboutKey ? undefined : show(value, path.at(-1));
  return {
    place,
    ...(path.length === 0 ? {} : { key: formatPath(path) }),
    message: isMissing ? 'Missing' : message,
    ...(found === undefined ? {} : { found }),
    ...(allowed === undefined ? {} : { allowed }),
  };
}

function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`))
    .join('');
}

/** Formats a value for a message; undefined for a map or a list. A password is masked. */
function show(value: unknown, key: PropertyKey | undefined): string | undefined {
  if (key === 'password') return '<secret>';
  if (value === null) return 'nothing';
  if (typeof value === 'object') return undefined;
  const text = JSON.stringify(value);
  return text.length <= MAX_SHOWN ? text : `${cutText(text, MAX_SHOWN - 1)}"`;
}
