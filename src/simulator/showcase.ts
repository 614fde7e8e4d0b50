import type { Timers } from '../kit/clock.ts';
import type { NewAccount } from './accounts.ts';
import type { BucketOwner, SimulatorControl } from './control.ts';

/** What a credential of the showcase is there to show. */
export type ShowcaseState =
  | 'healthy'
  | 'low'
  | 'exhausted'
  | 'unlimited'
  | 'rejected'
  | 'blocked'
  /** A login that is metered by its own name at first, and as its address after `DOWNGRADE_AFTER_MS`. */
  | 'downgraded'
  | 'unreachable'
  /** One of three that draw on the bucket of the same address. */
  | 'sharing';

/** A credential to ask the prepared simulator with: anonymous where it has no user name. */
export interface ShowcaseCredential {
  readonly name: string;
  readonly shows: ShowcaseState;
  readonly username?: string;
  readonly password?: string;
}

/** What keeps a showcase moving. */
export interface ShowcasePorts {
  readonly timers: Timers;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
}

/** When the downgraded login falls to the bucket of its address, in milliseconds (15 s): after its first probe. */
export const DOWNGRADE_AFTER_MS = 15_000;

/** Somebody pulls about this often, in milliseconds (3 s). */
const STEP_MS = 3_000;
/** A window in which one can watch pulls come back, in seconds (5 minutes). */
const SHORT_WINDOW_SECONDS = 300;
/** Where Headroom and all that is anonymous here comes from. */
const HERE = { source: '127.0.0.1' };
const PASSWORD = 'showcase';

/** The credentials in the order in which they are best read. Those with `has` own an account of that kind. */
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

/** How the bucket of somebody is drawn on, so that it moves and yet keeps showing what it is there for. */
interface TrafficPattern {
  readonly owner: BucketOwner;
  /** How likely a pull is in each step, from 0 to 1. */
  readonly chance: number;
  /** Pulls of a rollout, which is ten times rarer than a single pull. */
  readonly rollout: number;
  /** Pulls that are always left. */
  readonly minRemaining: number;
  /** Pulls that are left at most: what comes back beyond is spent at once. */
  readonly maxRemaining: number;
}

const TRAFFIC: readonly TrafficPattern[] = [
  { owner: { account: 'acmeweb' }, chance: 0.4, rollout: 36, minRemaining: 80, maxRemaining: 200 },
  { owner: { account: 'acmenightly' }, chance: 0.1, rollout: 1, minRemaining: 8, maxRemaining: 28 },
  { owner: { account: 'acmebatch' }, chance: 0, rollout: 0, minRemaining: 0, maxRemaining: 0 },
  { owner: HERE, chance: 0.3, rollout: 12, minRemaining: 30, maxRemaining: 65 },
];

/**
 * Sets a simulator up so that the returned credentials show all that can become of one, at once. Expects the profile
 * `2026` and a simulator without accounts and faults of these names.
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
 * Keeps some life in a prepared showcase: people pull and roll out, pulls come back, and one login is downgraded. What
 * is low stays low and what is exhausted stays exhausted, however long it runs.
 */
export function playShowcaseTraffic(
  control: SimulatorControl,
  { timers, random }: ShowcasePorts,
): { stop(): void } {
  function step(): void {
    for (const pattern of TRAFFIC) pullAtRandom(control, pattern, random);
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

function pullAtRandom(control: SimulatorControl, pattern: TrafficPattern, random: () => number): void {
  spendExcess(control, pattern);
  const { owner, chance, rollout, minRemaining } = pattern;
  const roll = random();
  const pulls = roll < chance / 10 ? rollout : roll < chance ? 1 : 0;
  if (pulls > 0 && (control.remaining(owner) ?? 0) - pulls >= minRemaining) control.pull({ ...owner, pulls });
}

function spendExcess(control: SimulatorControl, { owner, maxRemaining }: TrafficPattern): void {
  const excess = (control.remaining(owner) ?? 0) - maxRemaining;
  if (excess > 0) control.spend({ ...owner, pulls: excess });
}
