import type * as z from 'zod';
import { PLANS } from '../accounts.ts';
import { ENDPOINTS, FAULT_NAMES } from '../faults/faults.ts';
import { COUNTING_MODELS, WINDOW_KINDS } from '../metering/bucket.ts';
import { PROFILE_NAMES } from '../profile.ts';
import {
  address,
  choice,
  custom,
  days,
  duration,
  hours,
  image,
  listOf,
  map,
  minute,
  name,
  number,
  schemaMessage,
  text,
  timeZone,
  wholeNumber,
  wholeSeconds,
} from './fields.ts';
import { PULL_POLICIES, RUNTIMES } from './scenario.ts';
import { ALL_DAY, EVERY_DAY, MOMENT_FORM, parseMoment, parseWallTime, WALL_TIME_FORM } from './time.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Longest scenario, in milliseconds (53 weeks). */
const LONGEST_MS = 371 * DAY_MS;

const moment = custom('Not a time', MOMENT_FORM, parseMoment);
const count = wholeNumber(1, 100_000);
const machines = wholeNumber(1, 10_000);
const images = listOf(image, 'images').min(1, schemaMessage('An empty list', 'a list of images'));

const limits = map({
  anonymous: wholeNumber(0, 1_000_000).exactOptional(),
  personal: wholeNumber(0, 1_000_000).exactOptional(),
  window: wholeSeconds(1, 604_800).exactOptional(),
  window_kind: choice(WINDOW_KINDS).exactOptional(),
  counting: choice(COUNTING_MODELS).exactOptional(),
});

const origin = { source: address.exactOptional(), account: name.exactOptional() };

const traffic = map({
  per_hour: number(0, 100_000),
  days: days.default(EVERY_DAY),
  hours: hours.default(ALL_DAY),
});

const burst = map({
  time: minute,
  days: days.default(EVERY_DAY),
  count,
  within: duration(0, 12 * HOUR_MS).default(0),
});

const rollout = map({
  at: moment,
  within: duration(0, LONGEST_MS).default(0),
  clusters: machines.default(1),
  nodes: machines.default(1),
  pods: machines.default(1),
  images: images.exactOptional(),
  pull_policy: choice(PULL_POLICIES).default('always'),
});

const team = map({
  name,
  ...origin,
  cache: name.exactOptional(),
  runtime: choice(RUNTIMES).default('containerd'),
  images,
  traffic: listOf(traffic, 'traffic').default([]),
  bursts: listOf(burst, 'bursts').default([]),
  rollouts: listOf(rollout, 'rollouts').default([]),
});

const account = map({ name, password: text.default('simulated'), plan: choice(PLANS).default('personal') });

const fault = map({
  fault: choice(FAULT_NAMES),
  at: moment,
  for: duration(1_000, LONGEST_MS).exactOptional(),
  account: name.exactOptional(),
  source: address.exactOptional(),
  repository: text.exactOptional(),
  endpoint: choice(ENDPOINTS).exactOptional(),
});

const change = map({
  at: moment,
  profile: choice(PROFILE_NAMES).exactOptional(),
  limits: limits.exactOptional(),
});

/** Schema of a scenario file. It validates single values; cross-checks.ts validates them together. */
export const SCENARIO_SCHEMA = map({
  title: text,
  time_zone: timeZone.default('UTC'),
  start: custom('Not a date and time', WALL_TIME_FORM, parseWallTime),
  duration: duration(1_000, LONGEST_MS),
  speed: number(0.001, 1_000_000).default(1),
  seed: wholeNumber(0, 4_294_967_295).default(1),
  profile: choice(PROFILE_NAMES).default('2026'),
  limits: limits.default({}),
  accounts: listOf(account, 'accounts').default([]),
  caches: listOf(map({ name, ...origin }), 'caches').default([]),
  teams: listOf(team, 'teams').min(1, schemaMessage('An empty list', 'a list of teams')),
  faults: listOf(fault, 'faults').default([]),
  changes: listOf(change, 'changes').default([]),
});

/** The maps of a scenario file by name, for the test of docs/scenarios.md. */
export const SCENARIO_MAPS = {
  '': SCENARIO_SCHEMA,
  limits,
  accounts: account,
  caches: map({ name, ...origin }),
  teams: team,
  traffic,
  bursts: burst,
  rollouts: rollout,
  faults: fault,
  changes: change,
} as const;

/** The validated content of a scenario file. */
export type ScenarioInput = z.output<typeof SCENARIO_SCHEMA>;
