import { environmentInput } from '../config/input.ts';
import { routePrefix } from '../config/kinds/address.ts';
import { durationMs } from '../config/kinds/time.ts';
import { webUrl } from '../config/kinds/url.ts';
import { listenAddresses } from '../config/sections/web.ts';
import { startDeadline } from '../kit/deadline.ts';
import { formatDuration } from '../kit/duration.ts';
import { createHttpClient } from '../kit/http/http-client.ts';
import { classifyFault } from '../kit/http/network-fault.ts';
import { NO_PROXIES } from '../kit/http/proxy-rules.ts';
import type { ListenAddress } from '../kit/network-address.ts';
import { type CommandContext, EXIT } from './command.ts';
import { defineCommand } from './define-command.ts';
import { flagWithDefault, optionalFlag } from './flag.ts';

/** The default listen address. */
const DEFAULT_ADDRESS: ListenAddress = { host: undefined, port: 10_429 };
/** The address to connect to if Headroom listens on every address. */
const LOOPBACK = '127.0.0.1';
/** Statuses of a healthy Headroom. It responds with 401 if a password is configured, which this command does not have. */
const ALIVE = new Set([200, 401]);
/** The longest response that is read, in bytes: the body is one word. */
const MAX_BODY_BYTES = 4_096;

/**
 * `headroom health`: checks whether a Headroom on this machine responds, for health checks of containers without curl. It
 * reads no configuration file, so that an edit in progress does not make the check fail.
 */
export const health = defineCommand({
  usage: ['health [FLAGS]'],
  about: `Checks whether a Headroom on this machine responds: exit code 0, or 1 if it does not.
Without --url it sends the request to HEADROOM_LISTEN_ADDRESS, by http and then by https.`,
  flags: {
    url: optionalFlag(
      'URL',
      webUrl('https://127.0.0.1:10429/headroom', 'path'),
      'The URL of Headroom, with its route prefix',
    ),
    'web.route-prefix': flagWithDefault('PATH', routePrefix, '/', 'Its route prefix, without --url'),
    timeout: flagWithDefault('DURATION', durationMs(100, 60_000), 3_000, 'How long to wait for a response'),
  },
  operands: {},
  notes: () => `Examples:
  HEALTHCHECK CMD ["headroom", "health"]                 In a Dockerfile
  headroom health --url https://127.0.0.1:10429/headroom --timeout 1s`,
  async run({ flags }, context) {
    const bases = flags.url ? [flags.url] : ownUrls(context.env, flags['web.route-prefix']);
    const faults: string[] = [];
    for (const base of bases) {
      const fault = await requestHealth(base, flags.timeout, context.stopSignal);
      if (fault === undefined) return EXIT.ok;
      faults.push(`${base.origin}: ${fault}`);
    }
    context.stderr.write(`Headroom does not respond: ${faults.join('; ')}\n`);
    return EXIT.failed;
  },
});

/**
 * Returns the URLs of the Headroom of this machine, by http and by https, from the first address of
 * `HEADROOM_LISTEN_ADDRESS`.
 */
export function ownUrls(env: CommandContext['env'], prefix: string): readonly [URL, URL] {
  const input = environmentInput(env, 'HEADROOM_LISTEN_ADDRESS');
  // `serve` reports a bad address. Nothing listens then, so that the default does no harm here.
  return urlsOf((input && listenAddresses.read(input, '', () => undefined))?.[0], prefix);
}

/** Returns the URLs of a Headroom of this machine that listens on an address, by http and by https. */
export function urlsOf(address: ListenAddress | undefined, prefix: string): readonly [URL, URL] {
  const { host, port } = address ?? DEFAULT_ADDRESS;
  const isEverywhere = host === undefined || host === '0.0.0.0' || host === '::';
  const name = isEverywhere ? LOOPBACK : host.includes(':') ? `[${host}]` : host;
  return [new URL(`http://${name}:${port}${prefix}`), new URL(`https://${name}:${port}${prefix}`)];
}

/** Requests `/-/healthy`. Returns the reason why Headroom is not healthy; undefined if it is. */
async function requestHealth(
  base: URL,
  timeoutMs: number,
  stopSignal: AbortSignal,
): Promise<string | undefined> {
  // The certificate is issued for the public name, not for the loopback address.
  const client = createHttpClient({ proxyFor: NO_PROXIES, rejectUnauthorized: false });
  const deadline = startDeadline(timeoutMs, stopSignal);
  try {
    const url = new URL('./-/healthy', base.href.endsWith('/') ? base : `${base.href}/`);
    const { status } = await client.send({
      method: 'GET',
      url,
      signal: deadline.signal,
      maxBodyBytes: MAX_BODY_BYTES,
    });
    return ALIVE.has(status) ? undefined : `status ${status}`;
  } catch (error) {
    return deadline.signal.aborted
      ? `no response within ${formatDuration(timeoutMs)}`
      : classifyFault(error).evidence;
  } finally {
    deadline.clear();
    await client.close();
  }
}
