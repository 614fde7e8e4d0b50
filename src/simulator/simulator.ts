import type { Clock } from '../domain/clock.ts';
import type { Log } from '../domain/log.ts';
import { createAccounts } from './accounts.ts';
import { answerBlobData, BLOB_PATH } from './blob-store.ts';
import { createControl, type SimulatorControl } from './control.ts';
import { createFaults } from './faults.ts';
import type { Hub } from './hub.ts';
import type { Handled, HubRequest } from './hub-request.ts';
import type { ImageStore } from './image-store.ts';
import { createCatalogueStore } from './images/catalogue-store.ts';
import { createLedger, LEDGER_CAPACITY } from './ledger.ts';
import { createListener } from './listener.ts';
import { createMeter } from './meter.ts';
import type { ProfileName } from './profile.ts';
import { answerRegistry } from './registry.ts';
import { plainAnswer, type Reply, statusOf } from './reply.ts';
import { createRequestLimit } from './request-limit.ts';
import { createSettings } from './settings.ts';
import { answerToken } from './token-service.ts';
import { createTokens } from './tokens.ts';

/** A Docker Hub on loopback. */
export interface Simulator {
  start(): Promise<void>;
  /** Ends every connection. */
  stop(): Promise<void>;
  /** Where it listens; known after `start`. */
  readonly url: URL;
  readonly control: SimulatorControl;
}

/** How a simulator is made. */
export interface SimulatorOptions {
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** 5429 unless given; 0 takes a free one. */
  readonly port?: number;
  /** `2026` unless given. */
  readonly profile?: ProfileName;
  /** What it serves; the catalogue of images/ unless given. */
  readonly images?: ImageStore;
  /** Requests the ledger keeps, 10,000 unless given. */
  readonly ledgerCapacity?: number;
  /** The realm its challenges name; `/token` at the origin the client used unless given. */
  readonly realm?: string;
  readonly clock: Clock;
  /** Numbers from 0 to 1 for the parts of answers that vary. */
  readonly random?: () => number;
  readonly log: Log;
}

/** Where `headroom simulate` listens. */
export const DEFAULT_PORT = 5429;

/** Makes a simulator; `start` makes it listen. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const {
    host = '127.0.0.1',
    port = DEFAULT_PORT,
    profile = '2026',
    clock,
    random = Math.random,
    log,
  } = options;
  const hub: Hub = {
    accounts: createAccounts(),
    faults: createFaults(),
    images: options.images ?? createCatalogueStore(),
    meter: createMeter(),
    settings: createSettings(profile),
    tokens: createTokens(random),
    tokenLimit: createRequestLimit(),
    clock,
    random,
    realm: options.realm,
  };
  const ledger = createLedger(options.ledgerCapacity ?? LEDGER_CAPACITY);
  const listener = createListener({ host, port }, (request) => {
    const { method, path } = request;
    const { reply, source, pulls } = answerHub(hub, request);
    const userAgent = request.header('user-agent') ?? '';
    ledger.write({ at: clock.now(), method, path, source, userAgent, status: statusOf(reply), pulls });
    return reply;
  });
  let url: URL | undefined;

  return {
    async start() {
      const address = await listener.start();
      const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      url = new URL(`http://${name}:${address.port}`);
      log.info('Simulating Docker Hub', { url: url.href, profile });
    },
    stop: () => listener.stop(),
    get url() {
      if (!url) throw new Error('The simulator has no address before it has started');
      return url;
    },
    control: createControl(hub, ledger),
  };
}

function answerHub(hub: Hub, request: HubRequest): Handled<Reply> {
  const { path } = request;
  if (path === '/v2' || path.startsWith('/v2/')) return answerRegistry(hub, request);
  if (path === '/token') return answerToken(hub, request);
  if (BLOB_PATH.test(path)) return answerBlobData(hub, request);
  return {
    reply: plainAnswer(404, 'text/plain; charset=utf-8', '404 page not found\n'),
    source: request.address,
    pulls: 0,
  };
}
