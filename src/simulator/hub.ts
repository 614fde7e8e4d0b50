import type { Clock } from '../domain/clock.ts';
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import { sourceOfAddress } from './client-address.ts';
import type { Endpoint, FaultName } from './fault.ts';
import type { Faults } from './faults.ts';
import type { HubRequest } from './hub-request.ts';
import type { ImageStore } from './image-store.ts';
import type { Limits } from './limits.ts';
import type { Drawer, Meter } from './meter.ts';
import type { Profile } from './profile.ts';
import type { RequestLimit } from './request-limit.ts';
import type { Settings } from './settings.ts';
import type { Tokens } from './tokens.ts';

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
  readonly random: () => number;
  /** The realm that challenges name; undefined: `/token` at the origin by which the client came. */
  readonly realm: string | undefined;
}

/** A request with all that decides its answer. */
export interface Visit {
  readonly request: HubRequest;
  readonly endpoint: Endpoint;
  /** Undefined for anonymous. */
  readonly account: Account | undefined;
  readonly drawer: Drawer;
  /** Whose bucket it is, as the ledger names it. */
  readonly source: string;
  readonly profile: Profile;
  readonly limits: Limits;
  readonly faults: readonly FaultName[];
  readonly now: number;
}

/** Egress addresses of one NAT pool, as one session of September 2026 saw seven of them. */
const NAT_POOL = [5, 17, 42, 77, 101, 148, 203].map((host) => `203.0.113.${host}`);

/** Looks at a request: who comes, how the hub behaves towards them, and what strikes them. */
export function receive(
  hub: Hub,
  request: HubRequest,
  about: {
    endpoint: Endpoint;
    account: Account | undefined;
    login?: string;
    repositories: readonly string[];
  },
): Visit {
  const { endpoint, account, repositories } = about;
  const name = about.login ?? account?.name;
  const profile = hub.settings.profileFor(name, request.address);
  const ownSource = sourceOfAddress(request.address);
  const target = { endpoint, address: request.address, source: ownSource, account: name, repositories };
  const struck = hub.faults.strike(target);
  const faults = profile.faults.length === 0 ? struck : [...struck, ...profile.faults];
  const turn = faults.includes('changing-egress') ? request.connection : undefined;
  const source = turn === undefined ? ownSource : (NAT_POOL[turn % NAT_POOL.length] ?? ownSource);
  const metered = faults.includes('dropped-to-anonymous') ? undefined : account;
  return {
    request,
    endpoint,
    account,
    drawer: metered ? { kind: 'account', account: metered } : { kind: 'source', source },
    source: metered?.name ?? source,
    profile,
    limits: hub.settings.limitsOf(profile),
    faults,
    now: hub.clock.now(),
  };
}
