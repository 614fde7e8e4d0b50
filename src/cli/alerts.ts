import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { pageUrlOf } from '../alerting.ts';
import type { Config } from '../config/config.ts';
import { parseFlags } from '../config/flags.ts';
import { oneOf } from '../config/kinds/choice.ts';
import { filePath } from '../config/kinds/file-path.ts';
import { credentialName } from '../config/kinds/text.ts';
import { loadConfig } from '../config/load-config.ts';
import { ConfigError, nearest } from '../config/problem.ts';
import type { Notification } from '../domain/alerts/delivery/notification.ts';
import type { Receiver } from '../domain/alerts/delivery/receiver.ts';
import { SEVERITIES, type Severity } from '../domain/alerts/rules/alert-rule.ts';
import { quoteForeign } from '../kit/foreign-text.ts';
import { createHttpClient } from '../kit/http/http-client.ts';
import { readProxyRules } from '../kit/http/proxy-rules.ts';
import type { Channel, Receipt } from '../notify/channel.ts';
import { createHttpPost } from '../notify/http-post.ts';
import { MIN_INTERVAL_MS, openChannel } from '../notify/open-channel.ts';
import { sampleFire, sampleResolve } from './alerts/sample-notification.ts';
import { type Command, type CommandContext, type CommandTable, EXIT, rejectUsage } from './command.ts';
import { defineCommand, defineGroup } from './define-command.ts';
import { optionalFlag } from './flag.ts';
import { readBuildInfo } from './host.ts';

/** `headroom alerts test`: sends a test message through the channel of a receiver. */
const testReceiver = defineCommand({
  usage: ['alerts test RECEIVER [FLAGS]'],
  about: `Sends a test message and its resolution to a configured receiver, and prints the responses of
the receiver. Headers and texts begin with TEST, and mention neither addresses nor people.
Exit codes: 0 both were delivered, 1 one was not, 2 bad configuration or no such receiver.`,
  flags: {
    'config.file': optionalFlag('FILE', filePath, 'The configuration file'),
    severity: optionalFlag(
      'SEVERITY',
      oneOf(SEVERITIES),
      'critical, warning or info (default: the least severe that the receiver accepts)',
    ),
  },
  operands: { RECEIVER: { kind: credentialName } },
  notes: () => `Examples:
  headroom alerts test platform --config.file headroom.yml
  headroom alerts test pager --severity critical`,
  rules({ operands, problems }, report) {
    if (operands.RECEIVER !== undefined || problems.length > 0) return;
    const place = { kind: 'flag', flag: 'RECEIVER' } as const;
    report({ place, message: 'A receiver is missing', allowed: 'a name of alerts.receivers' });
  },
  async run({ flags, operands }, context) {
    const path = flags['config.file'];
    let config: Config;
    try {
      const given = parseFlags(path === undefined ? [] : [`--config.file=${path}`]);
      config = await loadConfig({ flags: given, env: context.env });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      context.stderr.write(`${error.message}\n`);
      return EXIT.badUsage;
    }
    const { receivers } = config.alerts;
    const receiver = receivers.find(({ name }) => name === operands.RECEIVER);
    if (!receiver) return refuseName(operands.RECEIVER ?? '', receivers, context);
    return sendSample(receiver, flags.severity, pageUrlOf(config.web, hostname()), context);
  },
});

function refuseName(name: string, receivers: readonly Receiver[], context: CommandContext): number {
  const names = receivers.map((receiver) => receiver.name);
  const meant = nearest(name, names);
  const message = `No receiver has this name${meant === undefined ? '' : `, did you mean ${meant}`}`;
  const allowed = names.length === 0 ? 'none, as none is configured' : names.join(', ');
  const place = { kind: 'flag', flag: 'RECEIVER' } as const;
  return rejectUsage([{ place, message, found: JSON.stringify(name), allowed }], context);
}

async function sendSample(
  receiver: Receiver,
  wanted: Severity | undefined,
  pageUrl: string,
  context: CommandContext,
): Promise<number> {
  const { clock, env, stopSignal } = context;
  const userAgent = `headroom/${readBuildInfo(env).version}`;
  const client = createHttpClient({ proxyFor: readProxyRules(env), userAgent });
  const post = createHttpPost({ client, clock });
  const channel = openChannel(receiver.target, { post, clock });
  // SEVERITIES begins with the worst.
  const severity = wanted ?? SEVERITIES.findLast((known) => receiver.severities.includes(known)) ?? 'info';
  try {
    const facts = { receiver: receiver.name, severity, pageUrl, now: clock.now(), id: randomUUID() };
    const fire = sampleFire(facts);
    const begun = await send(channel, fire, context);
    reportReceipt(receiver, `the test message (${severity})`, begun, context);
    if (begun.kind !== 'delivered') return EXIT.failed;
    await wait(MIN_INTERVAL_MS[receiver.target.kind], undefined, { signal: stopSignal }).catch(
      () => undefined,
    );
    const ended = await send(channel, sampleResolve(fire, begun.thread, clock.now()), context);
    reportReceipt(receiver, 'its resolution', ended, context);
    return ended.kind === 'delivered' ? EXIT.ok : EXIT.failed;
  } finally {
    await client.close();
  }
}

async function send(
  channel: Channel,
  message: Notification,
  { stopSignal }: CommandContext,
): Promise<Receipt> {
  try {
    return await channel.send(message, stopSignal);
  } catch (error) {
    return { kind: 'refused', reason: quoteForeign(error instanceof Error ? error.message : String(error)) };
  }
}

function reportReceipt(
  { name }: Receiver,
  what: string,
  receipt: Receipt,
  { stdout, stderr }: CommandContext,
): void {
  if (receipt.kind === 'delivered') stdout.write(`${name}: ${what} was delivered: ${receipt.answer}\n`);
  else stderr.write(`${name}: ${what} was not delivered: ${receipt.reason}\n`);
}

/** The subcommands of `headroom alerts`. */
const ALERTS: CommandTable = {
  test: {
    about: 'Send a test message to a receiver, and show its response',
    load: async () => testReceiver,
  },
};

/** `headroom alerts`: tests the receivers of alerts. Without a subcommand it prints the list of them. */
export const alerts: Command = defineGroup({
  name: 'alerts',
  about: 'Tests the receivers of alerts.',
  notes: () => 'Example:\n  headroom alerts test platform --config.file headroom.yml',
  commands: ALERTS,
});
