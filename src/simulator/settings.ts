import type { Limits } from './metering/bucket.ts';
import { sourceOfAddress } from './metering/client-address.ts';
import { PROFILES, type Profile, type ProfileName } from './profile.ts';

/** Default port of `headroom simulate`. */
export const DEFAULT_PORT = 5429;

/** The clients that a setting applies to: one account, one source, or every client if neither is given. */
export interface SettingScope {
  /** Name of an account. */
  readonly account?: string;
  /** An IP address, or the source it is metered as. */
  readonly source?: string;
}

/** Stores the profile of every client, and the limits that override those of the profiles. */
export interface Settings {
  /** The default profile. */
  readonly profile: ProfileName;
  /** Profiles of single accounts and sources, which override the default profile. */
  readonly ownProfiles: readonly (SettingScope & { readonly profile: ProfileName })[];
  /** Sets the profile of one account or source, or the default profile. */
  setProfile(profile: ProfileName, who: SettingScope): void;
  /** Removes the profiles of single accounts and sources. */
  resetOwnProfiles(): void;
  /** Returns the profile of the account; if it has none, that of the address; if it has none, the default profile. */
  profileFor(account: string | undefined, address: string): Profile;
  /** The limits that override those of every profile. */
  readonly limits: Partial<Limits>;
  /** Overrides the given limits in every profile until `resetLimits`. */
  setLimits(limits: Partial<Limits>): void;
  /** Removes the overrides of `setLimits`. */
  resetLimits(): void;
  /** Returns the limits of a profile with the overrides of `setLimits`. */
  limitsOf(profile: Profile): Limits;
}

/** Creates settings with one profile for every client. */
export function createSettings(initial: ProfileName, initialLimits: Partial<Limits>): Settings {
  let defaultProfile = initial;
  let limits = initialLimits;
  const byAccount = new Map<string, ProfileName>();
  const bySource = new Map<string, ProfileName>();

  return {
    get profile() {
      return defaultProfile;
    },
    get ownProfiles() {
      return [
        ...[...byAccount].map(([account, profile]) => ({ account, profile })),
        ...[...bySource].map(([source, profile]) => ({ source, profile })),
      ];
    },
    get limits() {
      return limits;
    },
    setProfile(profile, { account, source }) {
      if (account !== undefined) byAccount.set(account, profile);
      if (source !== undefined) bySource.set(sourceOfAddress(source), profile);
      if (account === undefined && source === undefined) defaultProfile = profile;
    },
    resetOwnProfiles() {
      byAccount.clear();
      bySource.clear();
    },
    profileFor(account, address) {
      const own = account === undefined || byAccount.size === 0 ? undefined : byAccount.get(account);
      const local = bySource.size === 0 ? undefined : bySource.get(sourceOfAddress(address));
      return PROFILES[own ?? local ?? defaultProfile];
    },
    setLimits(change) {
      limits = { ...limits, ...change };
    },
    resetLimits() {
      limits = {};
    },
    limitsOf: (profile) => ({ ...profile.limits, ...limits }),
  };
}
