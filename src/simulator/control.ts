import type { Account, NewAccount } from './accounts.ts';
import type { FaultName, FaultScope, SetFault } from './faults/faults.ts';
import type { Ledger, LedgerEntry } from './ledger.ts';
import type { Limits, OwnLimit } from './metering/bucket.ts';
import { sourceOfAddress } from './metering/client-address.ts';
import type { Balance, MeteredClient } from './metering/meter.ts';
import { PROFILES, type ProfileName } from './profile.ts';
import type { Hub } from './request-context.ts';
import type { SettingScope } from './settings.ts';

/** Whose bucket is meant: that of an account, or that of an address. */
export type BucketOwner = { readonly account: string } | { readonly source: string };

/** What can be done to a running simulator: by tests, by its HTTP control, by scenarios and by the demo. */
export interface SimulatorControl {
  /** Adds an account, or replaces the one of that name. */
  addAccount(account: NewAccount): Account;
  /** Returns whether there was one. */
  removeAccount(name: string): boolean;
  accounts(): readonly Account[];
  /** Sets a fault for the requests in its scope, by default for all that it can strike. */
  setFault(fault: FaultName, scope?: FaultScope): SetFault;
  /** Clears faults by id or by name, or all of them. Returns how many. */
  clearFault(idOrName?: string): number;
  faults(): readonly SetFault[];
  /** Changes the profile of everybody, or of one account or source. */
  setProfile(profile: ProfileName, who?: SettingScope): void;
  /** Everybody's profile. */
  readonly profile: ProfileName;
  /** The profiles of single accounts and sources. */
  readonly ownProfiles: readonly (SettingScope & { readonly profile: ProfileName })[];
  /** Takes the profiles of single accounts and sources back. */
  resetProfiles(): void;
  /** Replaces single limits of every profile, at once: what was spent stays spent. */
  setLimits(limits: Partial<Limits>): void;
  /** Goes back to the profiles' own limits. */
  resetLimits(): void;
  /** The limits that hold for everybody. */
  readonly limits: Limits;
  /** Gives one account or source limits of its own; undefined takes them back. */
  setOwnLimit(owner: BucketOwner, limit: OwnLimit | undefined): void;
  /** Pulls as a client would: counted if that many are left. Returns whether they were. */
  pull(pulling: BucketOwner & { readonly pulls: number }): boolean;
  /** Counts pulls that somebody else made, whatever is left. */
  spend(spending: BucketOwner & { readonly pulls: number }): void;
  /** Fills one bucket, or all of them. */
  refill(owner?: BucketOwner): void;
  /** What a bucket has; undefined for those nobody meters. */
  balance(owner: BucketOwner): Balance | undefined;
  /** Pulls left; undefined for those nobody meters. */
  remaining(owner: BucketOwner): number | undefined;
  /** The newest requests, oldest first. */
  ledger(): readonly LedgerEntry[];
  clearLedger(): void;
}

/** Control over a hub. */
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
