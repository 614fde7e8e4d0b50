import type { FaultName } from './faults/faults.ts';
import type { Limits } from './metering/bucket.ts';
import { WIRE_2020, WIRE_2022, WIRE_2026 } from './wire/wire-by-year.ts';
import type { WireFormat } from './wire/wire-format.ts';

/** How a hub behaves before faults and limits are set. */
export interface Profile {
  readonly wire: WireFormat;
  readonly limits: Limits;
  /** Faults that apply to every client while the profile is in use. */
  readonly faults: readonly FaultName[];
  /** One line for help texts and documents. */
  readonly summary: string;
}

/** 100 anonymous pulls and 200 pulls of a personal account in six hours, as documented since November 2020. */
const SIX_HOURS: Limits = {
  anonymous: 100,
  personal: 200,
  windowSeconds: 21_600,
  window: 'sliding',
  counting: 'per-get',
};
/** The same limits in one hour: every capture since 2026-07-15. */
const ONE_HOUR: Limits = { ...SIX_HOURS, windowSeconds: 3_600 };

/** The profiles by name. */
export const PROFILES = {
  'legacy-2020': {
    wire: WIRE_2020,
    limits: { ...SIX_HOURS, counting: 'two-gets' },
    faults: [],
    summary: 'capital letters, HTTP/1.1, no source, HEAD 200 when no pulls are left, two GETs are one pull',
  },
  '2021-empty': {
    wire: WIRE_2020,
    limits: SIX_HOURS,
    faults: ['empty-numbers'],
    summary: 'as legacy-2020, with limits that have a window but no number',
  },
  '2022-2025': {
    wire: WIRE_2022,
    limits: SIX_HOURS,
    faults: [],
    summary: 'lower case, source address or UUID, six hours, HEAD 200 when no pulls are left',
  },
  '2026': {
    wire: WIRE_2026,
    limits: ONE_HOUR,
    faults: [],
    summary: 'HTTP/2, both spellings, source address or name, one hour, HEAD 429 when no pulls are left',
  },
  paid: {
    wire: WIRE_2026,
    limits: ONE_HOUR,
    faults: ['unmetered'],
    summary: 'no client is metered: no limit headers',
  },
  'flapping-egress': {
    wire: WIRE_2026,
    limits: ONE_HOUR,
    faults: ['changing-egress'],
    summary: 'each connection comes from another address of a NAT pool',
  },
  'dropped-to-anon': {
    wire: WIRE_2026,
    limits: ONE_HOUR,
    faults: ['dropped-to-anonymous'],
    summary: 'logins are accepted but metered as the address they come from',
  },
  abuse: {
    wire: WIRE_2026,
    limits: ONE_HOUR,
    faults: ['abuse'],
    summary: 'every request is a simple 429: the abuse limit',
  },
  'login-locked': {
    wire: WIRE_2026,
    limits: ONE_HOUR,
    faults: ['login-locked'],
    summary: 'every login is refused: too many failed login attempts',
  },
  outage: {
    wire: WIRE_2026,
    limits: ONE_HOUR,
    faults: ['unavailable'],
    summary: 'every request is a 503 with a page of HTML',
  },
} as const satisfies Record<string, Profile>;

/** The name of a profile. */
export type ProfileName = keyof typeof PROFILES;

/** The names of all profiles, for messages and choices. */
export const PROFILE_NAMES = Object.keys(PROFILES) as readonly ProfileName[];
