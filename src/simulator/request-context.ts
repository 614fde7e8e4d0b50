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

/** Everything the simulated hub knows. Its answers are made from it, and control changes it. */
export interface Hub {
  readonly accounts: Accounts;
  readonly faults: Faults;
  readonly images: ImageStore;
  readonly meter: Meter;
  readonly settings: Settings;
  readonly tokens: Tokens;
  /** The authentication host's own limit. */
  readonly tokenLimit: RequestLimit;
  readonly clock: Clock;
  /** Numbers from 0 to 1. */
  readonly random: () => number;
  /** The realm that challenges name; undefined: `/token` at the origin by which the client came. */
  readonly realm: string | undefined;
}

/** A request with all that decides its answer. */
export interface RequestContext {
  readonly request: HubRequest;
  readonly endpoint: Endpoint;
  /** Undefined for anonymous. */
  readonly account: Account | undefined;
  /** Whose bucket it draws on. */
  readonly client: MeteredClient;
  /** The same as the ledger names it. */
  readonly source: string;
  readonly profile: Profile;
  readonly limits: Limits;
  readonly faults: readonly FaultName[];
  readonly now: number;
}

/** What a request is about, as its endpoint has read it. */
interface RequestDetails {
  readonly endpoint: Endpoint;
  /** Whom it comes from; undefined for anonymous. */
  readonly account: Account | undefined;
  /** The user name it claims, whether or not there is such an account. */
  readonly claimedName: string | undefined;
  readonly repositories: readonly string[];
  /** Whether it has what it needs to be answered: everything but a registry request without a good token. */
  readonly isAuthorized: boolean;
}

/** What came of a request. */
export interface HandledRequest {
  readonly reply: Reply;
  /** Whose bucket it concerns. */
  readonly source: string;
  /** Pulls it was counted as. */
  readonly pulls: number;
}

/** Egress addresses of one NAT pool: a session of September 2026 saw seven. */
const NAT_POOL = [5, 17, 42, 77, 101, 148, 203].map((host) => `203.0.113.${host}`);

/** Looks at a request: who comes, how the hub behaves towards them, and what strikes them. */
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

/** The address of the pool that a NAT picks; undefined when there is no NAT at play. */
function egress(faults: readonly FaultName[], request: HubRequest): string | undefined {
  if (faults.includes('changing-egress')) return NAT_POOL[request.connection % NAT_POOL.length];
  if (faults.includes('changing-source')) return NAT_POOL[request.sequence % NAT_POOL.length];
  return undefined;
}
