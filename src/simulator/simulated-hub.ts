import type { Clock } from '../kit/clock.ts';
import { createAccounts, LOCK_OUT, type LockOut } from './accounts.ts';
import { createControl, type SimulatorControl } from './control.ts';
import { createFaults } from './faults/faults.ts';
import type { ImageStore } from './images/catalogue.ts';
import { createCatalogueStore } from './images/catalogue-store.ts';
import { createLedger, LEDGER_CAPACITY } from './ledger.ts';
import type { Limits } from './metering/bucket.ts';
import { createMeter } from './metering/meter.ts';
import { createRequestLimit, TOKEN_REQUESTS_PER_MINUTE } from './metering/request-limit.ts';
import type { ProfileName } from './profile.ts';
import { answerBlobData, isBlobData } from './registry/answer-blob.ts';
import { answerRegistry } from './registry/registry.ts';
import type { HandledRequest, Hub } from './request-context.ts';
import { createSettings } from './settings.ts';
import { answerToken } from './token/token-service.ts';
import { createTokens } from './token/tokens.ts';
import type { HubRequest } from './wire/messages.ts';
import { plainAnswer, statusOf } from './wire/messages.ts';

/** A simulated Docker Hub without a network: answers requests by function call. `createSimulator` gives it a port. */
export interface SimulatedHub {
  /** Answers a request and stores it in the ledger. */
  handle(request: HubRequest): HandledRequest;
  readonly control: SimulatorControl;
}

/** Options of a simulated hub. */
export interface SimulatedHubOptions {
  /** The default profile of clients; `2026` by default. */
  readonly profile?: ProfileName;
  /** Limits that override those of the profile; none by default. */
  readonly limits?: Partial<Limits>;
  /** Images to serve; those of images/catalogue.ts by default. */
  readonly images?: ImageStore;
  /** When failed logins lock a user name; by default five failures lock it for ten minutes. */
  readonly lockOut?: LockOut;
  /** Token requests that an address may send in a minute; 3,000 by default. */
  readonly tokenRequestsPerMinute?: number;
  /** Capacity of the ledger, in requests; 10,000 by default. */
  readonly ledgerCapacity?: number;
  /** Realm of the challenges; by default `/token` at the origin that the client used. */
  readonly realm?: string;
  readonly clock: Clock;
  /** Returns numbers from 0 to 1, for the parts of responses that vary; `Math.random` by default. */
  readonly random?: () => number;
}

/** Creates a hub with full buckets and an empty ledger. */
export function createSimulatedHub(options: SimulatedHubOptions): SimulatedHub {
  const hub = createHub(options);
  const ledger = createLedger(options.ledgerCapacity ?? LEDGER_CAPACITY);
  return {
    handle(request) {
      const handled = answer(hub, request);
      const { method, path } = request;
      const userAgent = request.header('user-agent') ?? '';
      const { reply, source, pulls } = handled;
      ledger.write({
        at: hub.clock.now(),
        method,
        path,
        source,
        userAgent,
        status: statusOf(reply),
        pulls,
      });
      return handled;
    },
    control: createControl(hub, ledger),
  };
}

function createHub(options: SimulatedHubOptions): Hub {
  const { clock, random = Math.random, realm } = options;
  return {
    accounts: createAccounts(options.lockOut ?? LOCK_OUT),
    faults: createFaults(),
    images: options.images ?? createCatalogueStore(),
    meter: createMeter(),
    settings: createSettings(options.profile ?? '2026', options.limits ?? {}),
    tokens: createTokens(random),
    tokenLimit: createRequestLimit(options.tokenRequestsPerMinute ?? TOKEN_REQUESTS_PER_MINUTE),
    clock,
    random,
    realm,
  };
}

function answer(hub: Hub, request: HubRequest): HandledRequest {
  const { path } = request;
  if (path === '/v2' || path.startsWith('/v2/')) return answerRegistry(hub, request);
  if (path === '/token') return answerToken(hub, request);
  if (isBlobData(path)) return answerBlobData(hub, request);
  const reply = plainAnswer(404, 'text/plain; charset=utf-8', '404 page not found\n');
  return { reply, source: request.address, pulls: 0 };
}
