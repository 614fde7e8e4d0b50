import type { Credential } from '../domain/credential.ts';
import { type Failed, failed, type Reading } from '../domain/reading.ts';
import type { Clock } from '../kit/clock.ts';
import { startDeadline } from '../kit/deadline.ts';
import { quoteForeign } from '../kit/foreign-text.ts';
import { createHttpClient, type HttpRoute } from '../kit/http/http-client.ts';
import type { Lookup } from '../kit/http/open-socket.ts';
import { parseProxy } from '../kit/http/proxy.ts';
import { readProxyRules } from '../kit/http/proxy-rules.ts';
import { createTrustReader, type Trust } from '../kit/http/trust.ts';
import { createLoginTurns } from '../kit/keyed-mutex.ts';
import type { Log } from '../kit/log.ts';
import { createSingleFlight } from '../kit/single-flight.ts';
import { converse } from './conversation.ts';
import { exchange } from './exchange.ts';
import { createLockout, type HoldStore } from './lockout.ts';
import { abortReason, classifyNetworkFault } from './network-fault.ts';
import { createSessions } from './session.ts';
import type { TokenContext } from './token-cache.ts';

/** What a hub client is made of. */
export interface HubOptions {
  /** Where the registry is: https, or http towards loopback. */
  readonly url: URL;
  /** Whether an http hub beyond loopback may give an http token service on its own host. */
  readonly allowInsecure: boolean;
  /** PEM file of certificate authorities to trust beside Node's own. */
  readonly caFile: string | undefined;
  /** Where `http_proxy`, `https_proxy`, `no_proxy` and NODE_EXTRA_CA_CERTS are looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `User-Agent` of every request: `headroom/<version>`. */
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves host names. Default: the system's resolver. */
  readonly lookup?: Lookup | undefined;
  /** Where rejected logins are stored beyond this process. Default: nowhere. */
  readonly holdStores?: readonly HoldStore[];
}

/** The client of one Docker Hub. */
export interface Hub {
  /**
   * Asks the hub once what a credential has left. Never rejects: what goes wrong is a reading. A second call for a
   * credential that is being asked joins the first.
   * @param signal gives the probe up; the reading is then a timeout
   */
  probe(credential: Credential, signal?: AbortSignal): Promise<Reading>;
  /** Gives up the probes under way and closes every connection. */
  close(): Promise<void>;
  /** Lets the probes under way end, and closes every connection then; for a hub that is asked nothing more. */
  retire(): Promise<void>;
}

/** Creates a hub client. It opens no connection before the first probe. */
export function createHub(options: HubOptions): Hub {
  const { url, allowInsecure, caFile, env, userAgent, clock, log, lookup } = options;
  const readTrust = createHubTrust(caFile, env.NODE_EXTRA_CA_CERTS, log);
  const client = createHttpClient({ proxyFor: readProxyRules(env), userAgent, isOneShot: true, lookup });
  const sessionOf = createSessions();
  const probes = createSingleFlight<Reading>((signal) =>
    failed('timeout', `The probe was cancelled: ${abortReason(signal)}`),
  );
  const lockout = createLockout(clock, options.holdStores);
  const turns = createLoginTurns();
  const desk: TokenContext = { hub: url, allowInsecure, userAgent, lockout, turns, clock, log };

  async function probeWithin(credential: Credential, signal: AbortSignal): Promise<Reading> {
    const trust = await readTrust();
    if ('kind' in trust) return trust;
    const line = { client, route: httpRoute(credential), trust };
    return await converse({
      credential,
      session: sessionOf(credential),
      desk,
      clock,
      signal,
      exchange: (request) => exchange(line, request, signal),
    });
  }

  async function probeSafely(credential: Credential, outer: AbortSignal): Promise<Reading> {
    const deadline = startDeadline(credential.timeoutMs, outer);
    try {
      return reported(credential, await probeWithin(credential, deadline.signal));
    } catch (error) {
      return reported(credential, classifyNetworkFault(error, `the hub at ${url.host}`));
    } finally {
      deadline.clear();
    }
  }

  function reported(credential: Credential, reading: Reading): Reading {
    if (reading.kind === 'failed' && reading.reason === 'internal') {
      log.error('A probe failed for a reason nobody foresaw', {
        credential: credential.identity.name,
        reason: quoteForeign(reading.detail),
      });
    }
    return reading;
  }

  return {
    probe: (credential, signal) =>
      probes.run(probeKey(credential), signal, (shared) => probeSafely(credential, shared)),
    async close() {
      probes.abortAll(new Error('Headroom is shutting down'));
      await client.close();
    },
    async retire() {
      await probes.allSettled();
      await client.close();
    },
  };
}

/** A credential that was changed under its name is another one. */
function probeKey({ identity: { name, fingerprint } }: Credential): string {
  return JSON.stringify([name, fingerprint]);
}

/** @throws ProxyFault when the route's proxy is not one */
function httpRoute({ identity, route }: Credential): HttpRoute {
  const { localAddress, ipFamily, proxyUrl, proxyKey = 'proxy_url' } = route;
  const setting = `credentials[${identity.name}].route.${proxyKey}`;
  return { localAddress, ipFamily, proxy: proxyUrl && parseProxy(proxyUrl.reveal(), setting) };
}

/** Returns the reader of `hub.ca_file`; a file that has never been readable is a failure of each probe. */
function createHubTrust(
  caFile: string | undefined,
  nodeExtraCaCerts: string | undefined,
  log: Log,
): () => Promise<Trust | Failed> {
  const read = createTrustReader(caFile, nodeExtraCaCerts, {
    onRead: (certificates) =>
      log.info('Read the certificate authorities of the hub', { file: caFile, certificates }),
    onUnreadable: (reason) =>
      log.warn('Cannot read the certificate authorities of the hub again, the earlier ones hold', {
        file: caFile,
        reason,
      }),
  });
  return async () => {
    try {
      return await read();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return failed('tls', `Cannot read hub.ca_file: ${reason}`);
    }
  };
}
