import type { Account, NewAccount } from './accounts.ts';
import type { FaultName, FaultScope, SetFault } from './faults/faults.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import type { Limits, OwnLimit } from './metering/bucket.ts';
import { sourceOfAddress } from './metering/client-address.ts';
import type { Balance, MeteredClient } from './metering/meter.ts';
import { PROFILES, type ProfileName } from './profile.ts';
import type { Hub } from './request-context.ts';
import type { SettingScope } from './settings.ts';

/** The owner of a bucket: an account by its name, or an address. */
export type BucketOwner = { readonly account: string } | { readonly source: string };

/** Controls a running simulated hub. Used by tests, the control API, scenarios and the demo. */
export interface SimulatorControl {
  /** Adds an account, or replaces the account of that name. */
  addAccount(account: NewAccount): Account;
  /** Removes an account by its name. Returns false if there is none. */
  removeAccount(name: string): boolean;
  /** Returns every account, in the order in which they were added. */
  accounts(): readonly Account[];
  /** Sets a fault for the requests in its scope; without a scope, for every request at the endpoints of the fault. */
  setFault(fault: FaultName, scope?: FaultScope): SetFault;
  /** Clears the faults with this id or name, or all faults. Returns the number of cleared faults. */
  clearFault(idOrName?: string): number;
  /** Returns the faults that are set, newest first. */
  faults(): readonly SetFault[];
  /** Changes the default profile, or the profile of one account or source. */
  setProfile(profile: ProfileName, who?: SettingScope): void;
  /** The default profile. */
  readonly profile: ProfileName;
  /** Profiles of single accounts and sources, which override the default profile. */
  readonly ownProfiles: readonly (SettingScope & { readonly profile: ProfileName })[];
  /** Removes the profiles of single accounts and sources. */
  resetProfiles(): void;
  /** Overrides the given limits in every profile. Pulls that were spent stay spent. */
  setLimits(limits: Partial<Limits>): void;
  /** Removes the overrides of `setLimits`. */
  resetLimits(): void;
  /** The limits of the default profile, with the overrides of `setLimits`. */
  readonly limits: Limits;
  /**
   * Overrides the limits of one account or source; undefined removes the override.
   * @throws RangeError for an account that does not exist
   */
  setOwnLimit(owner: BucketOwner, limit: OwnLimit | undefined): void;
  /** Counts pulls as if a client made them, if that many are left. Returns false, and counts nothing, if not. */
  pull(pulling: BucketOwner & { readonly pulls: number }): boolean;
  /** Counts pulls even if fewer are left. */
  spend(spending: BucketOwner & { readonly pulls: number }): void;
  /** Fills one bucket, or every bucket. */
  refill(owner?: BucketOwner): void;
  /** Returns limit, remaining pulls and window of a bucket; undefined for an owner that is not metered. */
  balance(owner: BucketOwner): Balance | undefined;
  /** Returns the remaining pulls of a bucket; undefined for an owner that is not metered. */
  remaining(owner: BucketOwner): number | undefined;
  /** Returns the newest requests, oldest first. */
  ledger(): readonly LedgerEntry[];
  /** Removes every entry of the ledger. */
  clearLedger(): void;
}

/** Creates the control of a hub. */
export function createControl(hub: Hub, ledger: Ledger): SimulatorControl {
  const clientOf = (owner: BucketOwner): MeteredClient => findClient(hub, owner);
  const limitsOf = (owner: BucketOwner): Limits => {
    const account = 'account' in owner ? owner.account : undefined;
    const profile = hub.settings.profileFor(account, 'source' in owner ? owner.source : '');
    return hub.settings.limitsOf(profile);
  };
  const balance = (owner: BucketOwner) =>
    hub.meter.balance(clientOf(owner), limitsOf(owner), hub.clock.now());

  return {
    addAccount: (account) => hub.accounts.add(account),
    removeAccount: (name) => hub.accounts.remove(name),
    accounts: () => hub.accounts.list(),
    setFault: (fault, scope = {}) => hub.faults.set(fault, scope),
    clearFault: (idOrName) => hub.faults.clear(idOrName),
    faults: () => hub.faults.list(),
    setProfile: (profile, who = {}) => hub.settings.setProfile(profile, who),
    get ownProfiles() {
      return hub.settings.ownProfiles;
    },
    resetProfiles: () => hub.settings.resetOwnProfiles(),
    get profile() {
      return hub.settings.profile;
    },
    setLimits: (limits) => hub.settings.setLimits(limits),
    resetLimits: () => hub.settings.resetLimits(),
    get limits() {
      return hub.settings.limitsOf(PROFILES[hub.settings.profile]);
    },
    setOwnLimit: (owner, limit) => hub.meter.setOwnLimit(clientOf(owner), limit),
    pull: (pulling) =>
      hub.meter.trySpend(clientOf(pulling), pulling.pulls, limitsOf(pulling), hub.clock.now()),
    spend: (spending) =>
      hub.meter.spend(clientOf(spending), spending.pulls, limitsOf(spending), hub.clock.now()),
    refill: (owner) => hub.meter.refill(owner === undefined ? undefined : clientOf(owner)),
    balance,
    remaining: (owner) => balance(owner)?.remaining,
    ledger: () => ledger.entries(),
    clearLedger: () => ledger.clear(),
  };
}

/** @throws RangeError for an account that does not exist */
function findClient(hub: Hub, owner: BucketOwner): MeteredClient {
  if ('source' in owner) return { kind: 'source', source: sourceOfAddress(owner.source) };
  const account = hub.accounts.find(owner.account);
  if (account) return { kind: 'account', account };
  const known = hub.accounts.list().map(({ name }) => name);
  throw new RangeError(
    `There is no such account: ${JSON.stringify(owner.account)} (there are: ${known.join(', ') || 'none'})`,
  );
}
