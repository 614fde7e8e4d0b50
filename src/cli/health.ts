import { environmentInput } from '../config/input.ts';
import { listenAddress, routePrefix } from '../config/kinds/address.ts';
import { durationMs } from '../config/kinds/time.ts';
import { webUrl } from '../config/kinds/url.ts';
import { startDeadline } from '../kit/deadline.ts';
import { formatDuration } from '../kit/duration.ts';
import { createHttpClient } from '../kit/http/http-client.ts';
import { classifyFault } from '../kit/http/network-fault.ts';
import { NO_PROXIES } from '../kit/http/proxy-rules.ts';
import type { ListenAddress } from '../kit/network-address.ts';
import { type CommandContext, EXIT } from './command.ts';
import { defineCommand } from './define-command.ts';
import { flagWithDefault, optionalFlag } from './flag.ts';

/** Where a Headroom without configuration listens. */
const DEFAULT_ADDRESS: ListenAddress = { host: undefined, port: 10_429 };
/** What one that listens everywhere is reached by. */
const LOOPBACK = '127.0.0.1';
/** Asked for a password it answers all the same: it is alive, and knows nothing of who asks. */
const ALIVE = new Set([200, 401]);
/** The answer is one word. */
const MAX_BODY_BYTES = 4_096;

/**
 * `headroom health`: whether a Headroom on this machine answers, for a container's health check where the image holds no
 * curl. It reads no configuration file: one that is being edited would make a healthy Headroom look ill.
 */
export const health = defineCommand({
  usage: ['health [FLAGS]'],
  about: `Asks a running Headroom on this machine whether it is alive: exit code 0, or 1 when it is not.
Without --url it asks at HEADROOM_LISTEN_ADDRESS, by http and then by https.`,
  flags: {
    url: optionalFlag(
      'URL',
      webUrl('https://127.0.0.1:10429/headroom', { withPath: true }),
      'Where it is, with its route prefix',
    ),
    'web.route-prefix': flagWithDefault('PATH', routePrefix, '/', 'Its route prefix, without --url'),
    timeout: flagWithDefault('DURATION', durationMs(100, 60_000), 3_000, 'How long to wait for an answer'),
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
    context.stderr.write(`Headroom does not answer: ${faults.join('; ')}\n`);
    return EXIT.failed;
  },
});

function ownUrls(env: CommandContext['env'], prefix: string): URL[] {
  const input = environmentInput(env, 'HEADROOM_LISTEN_ADDRESS');
  // A bad address is the start's to complain of: nothing listens then, wherever it is looked for.
  const { host, port } = (input && listenAddress.read(input, '', () => undefined)) ?? DEFAULT_ADDRESS;
  const isEverywhere = host === undefined || host === '0.0.0.0' || host === '::';
  const name = isEverywhere ? LOOPBACK : host.includes(':') ? `[${host}]` : host;
  return [new URL(`http://${name}:${port}${prefix}`), new URL(`https://${name}:${port}${prefix}`)];
}

/** @returns why it is not alive; undefined when it is */
async function requestHealth(
  base: URL,
  timeoutMs: number,
  stopSignal: AbortSignal,
): Promise<string | undefined> {
  // Its certificate is for the name that people use, not for this machine's own address.
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
      ? `no answer within ${formatDuration(timeoutMs)}`
      : classifyFault(error).evidence;
  } finally {
    deadline.clear();
    await client.close();
  }
}
