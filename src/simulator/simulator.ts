import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import { createAccounts, LOCK_OUT, type LockOut } from './accounts/accounts.ts';
import { createControl, type SimulatorControl } from './control.ts';
import { answerControl, isControl } from './control-api/answer-control.ts';
import { createFaults } from './faults/faults.ts';
import type { Hub } from './hub.ts';
import type { ImageStore } from './image-store.ts';
import { createCatalogueStore } from './images/catalogue-store.ts';
import { createLedger, LEDGER_CAPACITY } from './ledger.ts';
import type { Limits } from './limits.ts';
import { createMeter } from './metering/meter.ts';
import { createRequestLimit, TOKEN_REQUESTS_PER_MINUTE } from './metering/request-limit.ts';
import { PROFILES, type ProfileName } from './profile.ts';
import { answerBlobData, isBlobData } from './registry/answer-blob.ts';
import { answerRegistry } from './registry/registry.ts';
import { createListener, type TlsMaterial } from './serving/listener.ts';
import { createSettings } from './settings.ts';
import { answerToken } from './token/token-service.ts';
import { createTokens } from './token/tokens.ts';
import type { Handled } from './visit.ts';
import type { HubRequest } from './wire/hub-request.ts';
import { plainAnswer, type Reply, statusOf } from './wire/reply.ts';

/** A Docker Hub of one's own: the registry, the token service and the blobs on one port. */
export interface Simulator {
  start(): Promise<void>;
  /** Ends every connection, the hanging ones too. */
  stop(): Promise<void>;
  /** Where it listens; known once it has started. */
  readonly url: URL;
  readonly control: SimulatorControl;
}

/** How a simulator is made. */
export interface SimulatorOptions {
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** 5429 unless given; 0 takes a free one. */
  readonly port?: number;
  /** Makes it speak https, and HTTP/2 where the profile has it. */
  readonly tls?: TlsMaterial;
  /** `2026` unless given. */
  readonly profile?: ProfileName;
  /** Limits in place of the profile's. */
  readonly limits?: Partial<Limits>;
  /** What it serves; the catalogue of images/ unless given. */
  readonly images?: ImageStore;
  /** When failed logins lock a name; five in ten minutes unless given. */
  readonly lockOut?: LockOut;
  /** Token requests an address may make in a minute, 3,000 unless given. */
  readonly tokenRequestsPerMinute?: number;
  /** Requests the ledger keeps, 10,000 unless given. */
  readonly ledgerCapacity?: number;
  /** The realm its challenges name; `/token` at the origin the client used unless given. */
  readonly realm?: string;
  readonly clock: Clock;
  /** Numbers from 0 to 1 for the parts of answers that vary; `Math.random` unless given. */
  readonly random?: () => number;
  readonly log: Log;
}

/** Where `headroom simulate` listens. */
export const DEFAULT_PORT = 5429;

/** Makes a simulator; `start` makes it listen. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const { host = '127.0.0.1', port = DEFAULT_PORT, tls, clock, log } = options;
  const hub = createHub(options);
  const ledger = createLedger(options.ledgerCapacity ?? LEDGER_CAPACITY);
  const control = createControl(hub, ledger);

  function answer(request: HubRequest, socketAddress: string): Reply {
    if (isControl(request.path)) return answerControl(control, request, socketAddress);
    const { reply, source, pulls } = answerHub(hub, request);
    const userAgent = request.header('user-agent') ?? '';
    const { method, path } = request;
    ledger.write({ at: clock.now(), method, path, source, userAgent, status: statusOf(reply), pulls });
    return reply;
  }

  const offersHttp2 = (): boolean => PROFILES[hub.settings.profile].wire.http2;
  const listener = createListener({ host, port, tls, offersHttp2, answer });
  let url: URL | undefined;
  return {
    async start() {
      const { address, family, port: actualPort } = await listener.start();
      const name = family === 'IPv6' ? `[${address}]` : address;
      url = new URL(`${tls ? 'https' : 'http'}://${name}:${actualPort}`);
      log.info('Simulating Docker Hub', { url: url.href, profile: hub.settings.profile });
    },
    stop: () => listener.stop(),
    get url() {
      if (!url) throw new Error('The simulator has no address before it has started');
      return url;
    },
    control,
  };
}

function createHub(options: SimulatorOptions): Hub {
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

function answerHub(hub: Hub, request: HubRequest): Handled {
  const { path } = request;
  if (path === '/v2' || path.startsWith('/v2/')) return answerRegistry(hub, request);
  if (path === '/token') return answerToken(hub, request);
  if (isBlobData(path)) return answerBlobData(hub, request);
  const reply = plainAnswer(404, 'text/plain; charset=utf-8', '404 page not found\n');
  return { reply, source: request.address, pulls: 0 };
}
