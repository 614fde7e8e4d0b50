import type { Limits } from './metering/bucket.ts';
import { sourceOfAddress } from './metering/client-address.ts';
import { PROFILES, type Profile, type ProfileName } from './profile.ts';

/** Where `headroom simulate` listens unless told otherwise. */
export const DEFAULT_PORT = 5429;

/** To whom a setting applies; nothing named: to everybody. */
export interface SettingScope {
  /** An account's name. */
  readonly account?: string;
  /** An address, or the source it is metered as. */
  readonly source?: string;
}

/** Which profile holds for whom, and which limits replace the profile's. */
export interface Settings {
  readonly profile: ProfileName;
  /** Profiles of single accounts and sources, which go before everybody's. */
  readonly ownProfiles: readonly (SettingScope & { readonly profile: ProfileName })[];
  setProfile(profile: ProfileName, who: SettingScope): void;
  resetOwnProfiles(): void;
  /** The account's own profile, else its address's, else everybody's. */
  profileFor(account: string | undefined, address: string): Profile;
  /** What replaces the profiles' limits. */
  readonly limits: Partial<Limits>;
  /** Replaces single limits of every profile until `resetLimits`. */
  setLimits(limits: Partial<Limits>): void;
  resetLimits(): void;
  limitsOf(profile: Profile): Limits;
}

/** Starts with one profile for everybody. */
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
