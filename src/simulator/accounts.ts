import { createHash } from 'node:crypto';
import type { ImageStore } from './images/catalogue.ts';

/**
 * The plan of an account. `personal` is metered. Not metered: `paid` (Pro, Team, Business) and `organization` (an
 * organisation access token, whose user name is that of the organisation).
 */
type Plan = 'personal' | 'paid' | 'organization';

/** Every plan, for messages and schemas. */
export const PLANS = ['personal', 'paid', 'organization'] as const satisfies readonly Plan[];

/** An account to add. */
export interface NewAccount {
  /** User name, or name of the organisation. */
  readonly name: string;
  /** Password or access token: the simulator treats both alike. */
  readonly password: string;
  /** `personal` by default. */
  readonly plan?: Plan;
  /** Identifier of the account in responses of 2021 to 2025; derived from the name by default. */
  readonly uuid?: string;
  /** Private repositories that it may pull, in addition to those of its namespace; none by default. */
  readonly repositories?: readonly string[];
}

/** An account of the simulated hub. */
export type Account = Required<NewAccount>;

/** Reports whether an account may pull from a private repository. */
export function mayPull(account: Account, repository: string): boolean {
  return repository.startsWith(`${account.name}/`) || account.repositories.includes(repository);
}

/** Result of a login. `locked`: too many logins of the user name have failed, so that even the right password fails. */
type LoginAnswer =
  | { readonly kind: 'accepted'; readonly account: Account }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'locked' };

/** Stores the accounts of the simulated hub and the failed logins of user names. */
export interface Accounts {
  /** Adds an account, or replaces the account of that name. */
  add(account: NewAccount): Account;
  /** Removes an account. Returns false if there is none of that name. */
  remove(name: string): boolean;
  /** Returns the account of that name; undefined if there is none. */
  find(name: string): Account | undefined;
  /** Returns every account, in the order in which they were added. */
  list(): readonly Account[];
  /**
   * Checks a password. A failure counts towards the lock-out of the user name, even if there is no such account.
   * @param now milliseconds since the epoch
   */
  login(name: string, password: string, now: number): LoginAnswer;
}

/** When a user name is locked, and for how long. */
export interface LockOut {
  /** Failed logins, each within `durationMs` of the one before, that lock the name. Docker does not publish its number. */
  readonly failures: number;
  /** Time that the name stays locked, in milliseconds: 10 minutes (Docker's staff, hub-feedback 2201, 2022). */
  readonly durationMs: number;
}

/** Default: five failures lock a name for ten minutes. */
export const LOCK_OUT: LockOut = { failures: 5, durationMs: 600_000 };

/** Largest number of user names with stored failures; the oldest is removed first. */
const MAX_FAILED_NAMES = 10_000;

interface Failures {
  count: number;
  lastAt: number;
}

/** Creates a store without accounts. */
export function createAccounts(lockOut: LockOut = LOCK_OUT): Accounts {
  const accounts = new Map<string, Account>();
  const failures = new Map<string, Failures>();

  function fail(name: string, now: number): void {
    const count = (failures.get(name)?.count ?? 0) + 1;
    failures.delete(name);
    failures.set(name, { count, lastAt: now });
    const oldest = failures.keys().next().value;
    if (failures.size > MAX_FAILED_NAMES && oldest !== undefined) failures.delete(oldest);
  }

  return {
    add(account) {
      const added = completeAccount(account);
      accounts.set(added.name, added);
      return added;
    },
    remove: (name) => accounts.delete(name),
    find: (name) => accounts.get(name),
    list: () => [...accounts.values()],
    login(name, password, now) {
      const failed = failures.get(name);
      if (failed && now - failed.lastAt >= lockOut.durationMs) failures.delete(name);
      else if (failed && failed.count >= lockOut.failures) return { kind: 'locked' };
      const account = accounts.get(name);
      if (account?.password === password) {
        failures.delete(name);
        return { kind: 'accepted', account };
      }
      fail(name, now);
      return { kind: 'wrong' };
    },
  };
}

function completeAccount(account: NewAccount): Account {
  return {
    name: account.name,
    password: account.password,
    plan: account.plan ?? 'personal',
    uuid: account.uuid ?? uuidOf(account.name),
    repositories: account.repositories ?? [],
  };
}

/** Derives the UUID from the name: it is the same in every run, so that dashboards can be compared. */
function uuidOf(name: string): string {
  const hex = createHash('sha256').update(`account ${name}`).digest('hex');
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return groups.join('-');
}

/** Reports whether a repository exists and is public or may be pulled by the account; undefined: an anonymous client. */
export function isReadable(images: ImageStore, repository: string, account: Account | undefined): boolean {
  const traits = images.repository(repository);
  if (!traits) return false;
  return traits.visibility === 'public' || (account !== undefined && mayPull(account, repository));
}
