import { writeFile } from 'node:fs/promises';
import { LOG_FORMATS, LOG_LEVELS } from '../../config/config.ts';
import { oneOf } from '../../config/kinds/choice.ts';
import { listenAddress } from '../../config/kinds/listen-address.ts';
import type { Report } from '../../config/problem.ts';
import { issueServerCertificate } from '../../simulator/certificate-authority.ts';
import { DEFAULT_PORT } from '../../simulator/default-port.ts';
import { PROFILE_NAMES } from '../../simulator/profile.ts';
import type { TlsMaterial } from '../../simulator/serving/listener.ts';
import { createSimulator } from '../../simulator/simulator.ts';
import { type Command, type CommandContext, EXIT, whenAborted } from '../command.ts';
import { type FlagValues, flagWithDefault, optionalFlag, repeatableFlag, toggle } from '../command-line.ts';
import { defineCommand } from '../define-command.ts';
import { createLogger } from '../logger.ts';
import { plainText } from '../plain-text.ts';
import { describeSimulator } from './guide.ts';
import { LIMIT_FLAGS, limitsOf, pulls } from './limit-flags.ts';
import { listenFailure, listenHost } from './listening.ts';
import { newAccount } from './new-account.ts';

const FLAGS = {
  profile: flagWithDefault(
    'NAME',
    oneOf(PROFILE_NAMES),
    '2026',
    `How the hub behaves: ${PROFILE_NAMES.join(', ')}`,
  ),
  listen: flagWithDefault(
    'ADDRESS',
    listenAddress,
    { host: '127.0.0.1', port: DEFAULT_PORT },
    'Listen here: host:port, or :port for every interface; port 0 takes a free one',
  ),
  tls: toggle('Speak https, with a certificate of its own authority, new at each start'),
  'tls-ca-file': optionalFlag(
    'FILE',
    plainText('the path of a file'),
    'Write the authority here, for clients to trust',
  ),
  'tls-name': repeatableFlag(
    'NAME',
    plainText('a host name or an IP address'),
    'Put this name into the certificate, beside those of loopback',
  ),
  account: repeatableFlag(
    'NAME:PASSWORD[:PLAN]',
    newAccount,
    'Add an account; the plan is personal (metered), paid or organization',
  ),
  limit: optionalFlag('N', pulls, 'Pulls in a window for an address without a login'),
  ...LIMIT_FLAGS,
  'log.level': flagWithDefault('LEVEL', oneOf(LOG_LEVELS), 'info', LOG_LEVELS.join(', ')),
  'log.format': flagWithDefault('FORMAT', oneOf(LOG_FORMATS), 'logfmt', LOG_FORMATS.join(', ')),
};

type Flags = FlagValues<typeof FLAGS>;

/**
 * `headroom simulate` itself: a Docker Hub of one's own, until SIGTERM or SIGINT.
 * @param commands the commands beside it, as its help text lists them
 */
export function serveHub(commands: string): Command {
  return defineCommand({
    usage: ['simulate [FLAGS]', 'simulate COMMAND [FLAGS]'],
    about: 'Runs a Docker Hub of your own: tokens, images, buckets. It needs no network and keeps nothing.',
    flags: FLAGS,
    operands: {},
    notes: `Commands, for one that runs:\n${commands}`,
    rules: ({ flags }, report) => tlsRules(flags, report),
    run: ({ flags }, context) => serve(flags, context),
  });
}

function tlsRules(flags: Flags, report: Report): void {
  if (flags.tls) return;
  const needsTls = {
    'tls-ca-file': flags['tls-ca-file'] !== undefined,
    'tls-name': flags['tls-name'].length > 0,
  };
  for (const [name, isGiven] of Object.entries(needsTls)) {
    if (isGiven) report({ place: { kind: 'flag', flag: `--${name}` }, message: 'Only together with --tls' });
  }
}

async function serve(flags: Flags, context: CommandContext): Promise<number> {
  const { clock, random, stdout, stderr, stopSignal } = context;
  const tls = flags.tls ? await issueTls(flags, context) : undefined;
  if (tls instanceof Error) {
    stderr.write(`Cannot write the certificate authority: ${tls.message}\n`);
    return EXIT.failed;
  }
  const simulator = createSimulator({
    host: listenHost(flags.listen),
    port: flags.listen.port,
    profile: flags.profile,
    limits: limitsOf(flags.limit, flags),
    clock,
    random,
    log: createLogger({ level: flags['log.level'], format: flags['log.format'] }, stderr),
    ...(tls && { tls }),
  });
  for (const account of flags.account) simulator.control.addAccount(account);
  try {
    await simulator.start();
  } catch (error) {
    stderr.write(`${listenFailure(flags.listen, error as Error)}\n`);
    return EXIT.failed;
  }
  const { url, control } = simulator;
  stdout.write(describeSimulator({ url, control, caFile: flags['tls-ca-file'] }));
  await whenAborted(stopSignal);
  await simulator.stop();
  return EXIT.ok;
}

/** Returns the error when the authority cannot be written. */
async function issueTls(flags: Flags, { clock }: CommandContext): Promise<TlsMaterial | Error> {
  const { host } = flags.listen;
  const names = [...flags['tls-name'], ...(host === undefined ? [] : [host])];
  const { authority, certificate, key } = await issueServerCertificate(clock.now(), names);
  const file = flags['tls-ca-file'];
  try {
    if (file !== undefined) await writeFile(file, authority);
    return { certificate, key };
  } catch (error) {
    return error as Error;
  }
}
