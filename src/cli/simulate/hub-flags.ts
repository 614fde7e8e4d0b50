import { LOG_FORMATS, LOG_LEVELS } from '../../config/config.ts';
import { listenAddress } from '../../config/kinds/address.ts';
import { oneOf } from '../../config/kinds/choice.ts';
import { type Kind, scalarKind } from '../../config/kinds/kind.ts';
import type { Report } from '../../config/problem.ts';
import { type NewAccount, PLANS } from '../../simulator/accounts.ts';
import { PROFILE_NAMES } from '../../simulator/profile.ts';
import { DEFAULT_PORT } from '../../simulator/settings.ts';
import { type FlagValues, flagWithDefault, optionalFlag, repeatableFlag, toggle } from '../flag.ts';
import { plainText, wholeNumber } from '../flag-kinds.ts';
import { LIMIT_FLAGS, pulls } from './bucket-flags.ts';

const GRAMMAR = /^([a-z0-9][a-z0-9_-]*):([^:]+)(?::([^:]+))?$/;

/** The kind of an account to add: `NAME:PASSWORD` or `NAME:PASSWORD:PLAN`; the plan is `personal` by default. */
export const newAccount: Kind<NewAccount> = scalarKind({
  noun: 'an account',
  allowed: `NAME:PASSWORD or NAME:PASSWORD:PLAN, the name of lower-case letters, digits, - and _, the password without ":", the plan one of ${PLANS.join(', ')}`,
  secret: () => true,
  parse(value, refuse) {
    const [, name, password, written] = GRAMMAR.exec(String(value)) ?? [];
    if (name === undefined || password === undefined) return undefined;
    if (written === undefined) return { name, password };
    const plan = PLANS.find((known) => known === written);
    return plan ? { name, password, plan } : refuse('No such plan');
  },
  show: ({ name }) => name,
});

/** The flags of `headroom simulate` without a command. */
export const HUB_FLAGS = {
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
    'Listen on this address: host:port, or :port for every interface; port 0 chooses a free one',
  ),
  tls: toggle('Serve HTTPS, with a new certificate authority at each start'),
  'tls-ca-file': optionalFlag(
    'FILE',
    plainText('the path of a file'),
    'Write the certificate authority to this file, for clients to trust',
  ),
  'tls-name': repeatableFlag(
    'NAME',
    plainText('a host name or an IP address'),
    'Add this name to the certificate, which always has those of loopback',
  ),
  account: repeatableFlag(
    'NAME:PASSWORD[:PLAN]',
    newAccount,
    'Add an account; the plan is personal (metered), paid or organization',
  ),
  limit: optionalFlag('N', pulls, 'Pulls in a window for an address without a login'),
  ...LIMIT_FLAGS,
  scenario: optionalFlag(
    'NAME|FILE',
    plainText('the name of a scenario, or the path of a file'),
    'Play a scenario of pulls and faults',
  ),
  speed: optionalFlag(
    'N',
    wholeNumber(1, 100_000),
    'Play the scenario this many times faster than the clock',
  ),
  virtual: toggle('Play the scenario at once, without listening, print the results, and exit'),
  'log.level': flagWithDefault('LEVEL', oneOf(LOG_LEVELS), 'info', LOG_LEVELS.join(', ')),
  'log.format': flagWithDefault('FORMAT', oneOf(LOG_FORMATS), 'logfmt', LOG_FORMATS.join(', ')),
};

/** The values of these flags. */
export type HubFlags = FlagValues<typeof HUB_FLAGS>;

/** The flags for settings that a scenario contains. */
const SET_BY_SCENARIO = ['profile', 'limit', ...Object.keys(LIMIT_FLAGS)];
/** The flags without effect together with `--virtual`. */
const ONLY_LIVE = ['listen', 'tls', 'tls-ca-file', 'tls-name', 'account', 'speed'];

/** Reports flags that contradict or require each other. `given` are the names of the flags in the command line. */
export function checkHubFlags(given: ReadonlySet<string>, report: Report): void {
  const refuse = (names: readonly string[], message: string): void => {
    for (const name of names.filter((name) => given.has(name))) {
      report({ place: { kind: 'flag', flag: `--${name}` }, message });
    }
  };
  if (!given.has('tls')) refuse(['tls-ca-file', 'tls-name'], 'Only together with --tls');
  if (!given.has('scenario')) refuse(['speed', 'virtual'], 'Only together with --scenario');
  else refuse(SET_BY_SCENARIO, 'Not together with --scenario, which sets it');
  if (given.has('virtual')) refuse(ONLY_LIVE, 'Not together with --virtual, which does not listen');
}
