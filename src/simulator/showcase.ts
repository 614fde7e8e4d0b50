import type { Timers } from '../kit/clock.ts';
import type { NewAccount } from './accounts.ts';
import type { BucketOwner, SimulatorControl } from './control.ts';

/** The state that a credential of the showcase demonstrates. */
export type ShowcaseState =
  | 'healthy'
  | 'low'
  | 'exhausted'
  | 'unlimited'
  | 'rejected'
  | 'blocked'
  /** A login that is metered by its name at first, and by its address after `DOWNGRADE_AFTER_MS`. */
  | 'downgraded'
  | 'unreachable'
  /** One of three credentials that share the bucket of one address. */
  | 'sharing';

/** A credential for the prepared simulator; anonymous if it has no user name. */
export interface ShowcaseCredential {
  readonly name: string;
  readonly shows: ShowcaseState;
  readonly username?: string;
  readonly password?: string;
}

/** Timers and randomness of the showcase traffic. */
export interface ShowcasePorts {
  readonly timers: Timers;
  /** Returns numbers from 0 to 1. */
  readonly random: () => number;
  /** Receives the pulls that are spent, with the credential of the bucket. Default: they are not reported. */
  readonly onSpent?: (credential: string, pulls: number) => void;
  /** Called after each step. */
  readonly onStep?: () => void;
}

/** Delay before the `downgraded` login is metered by its address, in milliseconds (15 s): after its first probe. */
export const DOWNGRADE_AFTER_MS = 15_000;

/** Interval between two steps of the traffic, in milliseconds (3 s). */
const STEP_MS = 3_000;
/** A window short enough to see pulls return during the demo, in seconds (5 minutes). */
const SHORT_WINDOW_SECONDS = 300;
/** The bucket of Headroom itself and of every anonymous client on this machine. */
const HERE = { source: '127.0.0.1' };
const PASSWORD = 'showcase';

/** The credentials in display order. `has` is the account to create for a credential. */
const CREDENTIALS: readonly (ShowcaseCredential & { readonly has?: Omit<NewAccount, 'name'> })[] = [
  login('web-team', 'healthy', 'acmeweb'),
  login('nightly-builds', 'low', 'acmenightly'),
  login('batch-jobs', 'exhausted', 'acmebatch'),
  login('platform', 'unlimited', 'acmeplatform', { password: PASSWORD, plan: 'paid' }),
  login('old-token', 'rejected', 'acmelegacy', { password: 'another, since last week' }),
  login('image-scanner', 'blocked', 'acmescanner'),
  login('contractor', 'downgraded', 'acmecontractor'),
  login('edge-site', 'unreachable', 'acmeedge'),
  { name: 'cluster-a', shows: 'sharing' },
  { name: 'cluster-b', shows: 'sharing' },
  { name: 'cluster-c', shows: 'sharing' },
];

/** Random traffic of one bucket, within bounds that keep the demonstrated state. */
interface TrafficPattern {
  /** A credential of the bucket. */
  readonly credential: string;
  readonly owner: BucketOwner;
  /** Probability of a pull in each step, from 0 to 1. */
  readonly chance: number;
  /** Pulls of a rollout, which is a tenth as probable as a single pull. */
  readonly rollout: number;
  /** Least number of remaining pulls. */
  readonly minRemaining: number;
  /** Largest number of remaining pulls: pulls that return beyond it are spent at once. */
  readonly maxRemaining: number;
}

const TRAFFIC: readonly TrafficPattern[] = [
  pattern(
    'web-team',
    { account: 'acmeweb' },
    { chance: 0.4, rollout: 36, minRemaining: 80, maxRemaining: 200 },
  ),
  pattern(
    'nightly-builds',
    { account: 'acmenightly' },
    { chance: 0.1, rollout: 1, minRemaining: 8, maxRemaining: 28 },
  ),
  pattern(
    'batch-jobs',
    { account: 'acmebatch' },
    { chance: 0, rollout: 0, minRemaining: 0, maxRemaining: 0 },
  ),
  pattern('cluster-a', HERE, { chance: 0.3, rollout: 12, minRemaining: 30, maxRemaining: 65 }),
];

/**
 * Adds accounts, limits and faults to a simulator, so that the returned credentials demonstrate every state. Requires
 * the profile `2026` and a simulator without accounts and faults of these names.
 */
export function prepareShowcase(control: SimulatorControl): ShowcaseCredential[] {
  for (const { username, has } of CREDENTIALS) {
    if (username !== undefined && has) control.addAccount({ ...has, name: username });
  }
  control.setOwnLimit({ account: 'acmeweb' }, { windowSeconds: SHORT_WINDOW_SECONDS });
  control.setOwnLimit(HERE, { windowSeconds: SHORT_WINDOW_SECONDS });
  control.setFault('abuse', { account: 'acmescanner' });
  control.setFault('reset', { account: 'acmeedge' });
  for (const pattern of TRAFFIC) spendExcess(control, pattern);
  return CREDENTIALS.map(({ has: _, ...credential }) => credential);
}

/**
 * Plays random traffic on a prepared showcase until `stop`: pulls and rollouts happen, pulls return, and one login is
 * downgraded. Every credential keeps the state that it demonstrates.
 */
export function playShowcaseTraffic(
  control: SimulatorControl,
  { timers, random, onSpent = () => undefined, onStep = () => undefined }: ShowcasePorts,
): { stop(): void } {
  function step(): void {
    for (const pattern of TRAFFIC) onSpent(pattern.credential, pullAtRandom(control, pattern, random));
    onStep();
    cancelStep = timers.after(STEP_MS, step);
  }
  let cancelStep = timers.after(STEP_MS, step);
  const cancelDowngrade = timers.after(DOWNGRADE_AFTER_MS, () => {
    control.setFault('dropped-to-anonymous', { account: 'acmecontractor' });
  });
  return {
    stop() {
      cancelStep();
      cancelDowngrade();
    },
  };
}

function login(
  name: string,
  shows: ShowcaseState,
  username: string,
  has: Omit<NewAccount, 'name'> = { password: PASSWORD },
): (typeof CREDENTIALS)[number] {
  return { name, shows, username, password: PASSWORD, has };
}

function pattern(
  credential: string,
  owner: BucketOwner,
  numbers: Omit<TrafficPattern, 'credential' | 'owner'>,
): TrafficPattern {
  return { credential, owner, ...numbers };
}

/** Returns the pulls that were spent. */
function pullAtRandom(control: SimulatorControl, pattern: TrafficPattern, random: () => number): number {
  const excess = spendExcess(control, pattern);
  const { owner, chance, rollout, minRemaining } = pattern;
  const roll = random();
  const pulls = roll < chance / 10 ? rollout : roll < chance ? 1 : 0;
  if (pulls === 0 || (control.remaining(owner) ?? 0) - pulls < minRemaining) return excess;
  control.pull({ ...owner, pulls });
  return excess + pulls;
}

function spendExcess(control: SimulatorControl, { owner, maxRemaining }: TrafficPattern): number {
  const excess = Math.max(0, (control.remaining(owner) ?? 0) - maxRemaining);
  if (excess > 0) control.spend({ ...owner, pulls: excess });
  return excess;
}
