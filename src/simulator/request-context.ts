import type { Clock } from '../kit/clock.ts';
import type { Account, Accounts } from './accounts.ts';
import type { Endpoint, FaultName, Faults } from './faults/faults.ts';
import type { ImageStore } from './images/catalogue.ts';
import type { Limits } from './metering/bucket.ts';
import { sourceOfAddress } from './metering/client-address.ts';
import type { Meter, MeteredClient } from './metering/meter.ts';
import type { RequestLimit } from './metering/request-limit.ts';
import type { Profile } from './profile.ts';
import type { Settings } from './settings.ts';
import type { Tokens } from './token/tokens.ts';
import type { HubRequest, Reply } from './wire/messages.ts';

/** The state of a simulated hub. Responses are made from it, and `SimulatorControl` changes it. */
export interface Hub {
  readonly accounts: Accounts;
  readonly faults: Faults;
  readonly images: ImageStore;
  readonly meter: Meter;
  readonly settings: Settings;
  readonly tokens: Tokens;
  /** Limit of requests to the token service. */
  readonly tokenLimit: RequestLimit;
  readonly clock: Clock;
  /** Returns numbers from 0 to 1. */
  readonly random: () => number;
  /** Realm of the challenges; undefined: `/token` at the origin that the client used. */
  readonly realm: string | undefined;
}

/** A request with everything that decides its response. */
export interface RequestContext {
  readonly request: HubRequest;
  readonly endpoint: Endpoint;
  /** Account of the client; undefined for an anonymous client. */
  readonly account: Account | undefined;
  /** Owner of the bucket in which pulls are counted. */
  readonly client: MeteredClient;
  /** Name of that owner in the ledger. */
  readonly source: string;
  readonly profile: Profile;
  readonly limits: Limits;
  /** Faults that apply to the request. */
  readonly faults: readonly FaultName[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What an endpoint has read from a request. */
interface RequestDetails {
  readonly endpoint: Endpoint;
  /** Account of the client; undefined for an anonymous client. */
  readonly account: Account | undefined;
  /** User name in the request, even if there is no such account; undefined for an anonymous client. */
  readonly claimedName: string | undefined;
  /** Repositories that the request concerns. */
  readonly repositories: readonly string[];
  /** False for a registry request without a valid token. */
  readonly isAuthorized: boolean;
}

/** The reply to a request, with its cost. */
export interface HandledRequest {
  readonly reply: Reply;
  /** Name of the owner of the bucket that the request concerns. */
  readonly source: string;
  /** Pulls that were counted. */
  readonly pulls: number;
}

/** Egress addresses of one NAT pool. Seven were observed in one session of September 2026. */
const NAT_POOL = [5, 17, 42, 77, 101, 148, 203].map((host) => `203.0.113.${host}`);

/** Determines the metered client, the profile, the limits and the faults of a request. Counts down limited faults. */
export function createRequestContext(hub: Hub, request: HubRequest, purpose: RequestDetails): RequestContext {
  const { endpoint, account, claimedName, repositories, isAuthorized } = purpose;
  const { address } = request;
  const ownSource = sourceOfAddress(address);
  const profile = hub.settings.profileFor(claimedName, ownSource);
  const target = { endpoint, address, source: ownSource, account: claimedName, repositories, isAuthorized };
  const applied = hub.faults.apply(target);
  const faults = profile.faults.length === 0 ? applied : [...applied, ...profile.faults];
  const source = faults.length === 0 ? ownSource : (egress(faults, request) ?? ownSource);
  const metered = faults.includes('dropped-to-anonymous') ? undefined : account;
  return {
    request,
    endpoint,
    account,
    client: metered ? { kind: 'account', account: metered } : { kind: 'source', source },
    source: metered?.name ?? source,
    profile,
    limits: hub.settings.limitsOf(profile),
    faults,
    now: hub.clock.now(),
  };
}

/** Returns the egress address that a fault gives to the request; undefined without such a fault. */
function egress(faults: readonly FaultName[], request: HubRequest): string | undefined {
  if (faults.includes('changing-egress')) return NAT_POOL[request.connection % NAT_POOL.length];
  if (faults.includes('changing-source')) return NAT_POOL[request.sequence % NAT_POOL.length];
  return undefined;
}
