import type { Credential } from '../domain/credential.ts';
import { type Failed, failed, type Reading } from '../domain/reading.ts';
import type { Clock } from '../kit/clock.ts';
import { startDeadline } from '../kit/deadline.ts';
import { quoteForeign } from '../kit/foreign-text.ts';
import type { HttpRoute } from '../kit/http/connections.ts';
import { createHttpClient } from '../kit/http/http-client.ts';
import type { Lookup } from '../kit/http/open-socket.ts';
import { parseProxy } from '../kit/http/proxy.ts';
import { readProxyRules } from '../kit/http/proxy-rules.ts';
import { createTrustReader, type Trust } from '../kit/http/trust.ts';
import type { Log } from '../kit/log.ts';
import { createSingleFlight } from '../kit/single-flight.ts';
import { exchange } from './exchange.ts';
import type { HubContext } from './fetch-token.ts';
import { runHandshake } from './handshake.ts';
import { createLockout, type HoldStore } from './lockout.ts';
import { createLoginOrder } from './login-order.ts';
import { abortReason, classifyNetworkFault } from './network-fault.ts';
import { createSessions } from './session.ts';

/** Configures a hub client. */
export interface HubOptions {
  /** Base URL of the registry. Has scheme https, or http to loopback (to any host with `allowInsecure`). */
  readonly url: URL;
  /** Whether a hub with scheme http that is not loopback may name a token service with scheme http on its own host. */
  readonly allowInsecure: boolean;
  /** Path of a PEM file with certificate authorities that are trusted in addition to those of Node.js. */
  readonly caFile: string | undefined;
  /** Environment from which `http_proxy`, `https_proxy`, `no_proxy` and NODE_EXTRA_CA_CERTS are read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Value of `User-Agent` in every request: `headroom/<version>`. */
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves host names. Default: the system's resolver. */
  readonly lookup?: Lookup | undefined;
  /** Stores that keep rejected logins after this process ends. Default: none. */
  readonly holdStores?: readonly HoldStore[];
}

/** Sends probes to one registry, usually Docker Hub. */
export interface Hub {
  /**
   * Probes a credential once. Never rejects: each failure is a reading. A call during a probe of the same credential
   * joins that probe.
   * @param signal cancels the probe; the reading is then a failure with the reason `timeout`
   */
  probe(credential: Credential, signal?: AbortSignal): Promise<Reading>;
  /** Aborts the running probes and closes every connection. */
  close(): Promise<void>;
  /** Waits for the running probes, then closes every connection. Call it when no further probe will start. */
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
  const logins = createLoginOrder();
  const hubContext: HubContext = { hub: url, allowInsecure, userAgent, lockout, logins, clock, log };

  async function probeWithin(credential: Credential, signal: AbortSignal): Promise<Reading> {
    const trust = await readTrust();
    if ('kind' in trust) return trust;
    const transport = { client, route: httpRoute(credential), trust };
    return await runHandshake({
      credential,
      session: sessionOf(credential),
      hubContext,
      clock,
      signal,
      exchange: (request) => exchange(transport, request, signal),
    });
  }

  async function probeSafely(credential: Credential, outer: AbortSignal): Promise<Reading> {
    const deadline = startDeadline(credential.timeoutMs, outer);
    try {
      return logUnexpected(credential, await probeWithin(credential, deadline.signal));
    } catch (error) {
      return logUnexpected(credential, classifyNetworkFault(error, `the hub at ${url.host}`));
    } finally {
      deadline.clear();
    }
  }

  function logUnexpected(credential: Credential, reading: Reading): Reading {
    if (reading.kind === 'failed' && reading.reason === 'internal') {
      log.error('A probe failed with an unexpected error', {
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

/** Returns a key that changes when the settings of a credential change, so that a changed credential starts its own probe. */
function probeKey({ identity: { name, fingerprint } }: Credential): string {
  return JSON.stringify([name, fingerprint]);
}

/**
 * Returns the route of a credential for the HTTP client.
 * @throws ProxyFault if `proxy_url` is not the URL of a proxy
 */
function httpRoute({ identity, route }: Credential): HttpRoute {
  const { localAddress, ipFamily, proxyUrl, proxyKey = 'proxy_url' } = route;
  const setting = `credentials[${identity.name}].route.${proxyKey}`;
  return { localAddress, ipFamily, proxy: proxyUrl && parseProxy(proxyUrl.reveal(), setting) };
}

/** Returns a function that reads `hub.ca_file`. Each probe fails until the file could be read once. */
function createHubTrust(
  caFile: string | undefined,
  nodeExtraCaCerts: string | undefined,
  log: Log,
): () => Promise<Trust | Failed> {
  const read = createTrustReader(caFile, nodeExtraCaCerts, {
    onRead: (certificates) =>
      log.info('Read the certificate authorities of the hub', { file: caFile, certificates }),
    onUnreadable: (reason) =>
      log.warn('Cannot read the certificate authorities of the hub again, the earlier ones stay in use', {
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
