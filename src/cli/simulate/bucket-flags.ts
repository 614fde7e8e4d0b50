import { isIP } from 'node:net';
import { oneOf } from '../../config/kinds/choice.ts';
import { type Kind, scalarKind } from '../../config/kinds/kind.ts';
import type { Report } from '../../config/problem.ts';
import { formatDuration, parseDuration } from '../../kit/duration.ts';
import type { BucketOwner } from '../../simulator/control.ts';
import { COUNTING_MODELS, type Limits, WINDOW_KINDS } from '../../simulator/metering/bucket.ts';
import { type FlagValues, optionalFlag } from '../flag.ts';
import { plainText, wholeNumber } from '../flag-kinds.ts';

/** The address of a client of the simulated hub. */
const clientAddress: Kind<string> = scalarKind({
  noun: 'an IP address',
  allowed: 'an IPv4 or IPv6 address, such as 127.0.0.1 or 2001:db8::7',
  parse: (value) => (typeof value === 'string' && isIP(value) !== 0 ? value : undefined),
  show: (value) => value,
});

/** Say who is meant: an account or an address. */
export const OWNER_FLAGS = {
  account: optionalFlag('NAME', plainText('the name of an account'), 'This account'),
  source: optionalFlag('ADDRESS', clientAddress, 'Clients of this address'),
};

type WhoFlags = FlagValues<typeof OWNER_FLAGS>;

/** Whose bucket is meant where nobody is named: what is anonymous on this machine. */
const THIS_MACHINE = '127.0.0.1';

/** Reports an account and an address together. */
export function rejectBothOwners({ account, source }: WhoFlags, report: Report): void {
  if (account === undefined || source === undefined) return;
  report({ place: { kind: 'flag', flag: '--source' }, message: 'Either --account or --source, not both' });
}

/** Whose bucket is meant: this machine's unless somebody is named. */
export function ownerOf({ account, source = THIS_MACHINE }: WhoFlags): BucketOwner {
  return account === undefined ? { source } : { account };
}

/** The same as a query of the control API. */
export function ownerQuery(owner: BucketOwner): string {
  return `?${new URLSearchParams({ ...owner })}`;
}

/** Who is meant, in words: a name or an address. */
export function ownerName(owner: BucketOwner): string {
  return 'account' in owner ? owner.account : owner.source;
}

/** A window is a whole number of seconds (`w=3600` in Docker's headers); written as a duration, read as seconds. */
export const windowSeconds: Kind<number> = scalarKind({
  noun: 'the length of a window',
  allowed: 'a duration of whole seconds such as 90s, 10m, 1h or 6h',
  parse(value) {
    const seconds = secondsOf(String(value));
    return seconds !== undefined && seconds > 0 && Number.isInteger(seconds) ? seconds : undefined;
  },
  show: (seconds) => formatDuration(seconds * 1_000),
});

function secondsOf(text: string): number | undefined {
  try {
    return parseDuration(text) / 1_000;
  } catch {
    return undefined;
  }
}

/** A number of pulls: none to a billion. */
export const pulls = wholeNumber(0, 1_000_000_000);

/** What the limits of a hub are set with, at its start and while it runs. */
export const LIMIT_FLAGS = {
  'personal-limit': optionalFlag('N', pulls, 'Pulls in a window for a personal account'),
  window: optionalFlag('DURATION', windowSeconds, 'How long a window is, such as 10m, 1h or 6h'),
  'window-kind': optionalFlag(
    'KIND',
    oneOf(WINDOW_KINDS),
    'sliding: each pull comes back a window later; fixed: all come back at once',
  ),
  counting: optionalFlag(
    'MODEL',
    oneOf(COUNTING_MODELS),
    'What a pull is: per-get (each GET of a manifest), two-gets or per-architecture',
  ),
};

/**
 * The limits that flags name, and no others.
 * @param anonymous pulls in a window for an address; undefined leaves them
 */
export function limitsOf(
  anonymous: number | undefined,
  flags: FlagValues<typeof LIMIT_FLAGS>,
): Partial<Limits> {
  const named = {
    anonymous,
    personal: flags['personal-limit'],
    windowSeconds: flags.window,
    window: flags['window-kind'],
    counting: flags.counting,
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}

/** The limits of a hub in one line. */
export function describeLimits({ anonymous, personal, windowSeconds, window, counting }: Limits): string {
  const length = formatDuration(windowSeconds * 1_000);
  return `${anonymous} pulls for an address, ${personal} for a personal account, in ${length} (${window}), counted ${counting}`;
}

/** What a bucket has, as control answers it; null where nobody counts. */
export interface ControlBalance {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly windowSeconds: number | null;
}

/** What a bucket has, in words. */
export function describeBalance({ limit, remaining, windowSeconds }: ControlBalance): string {
  if (limit === null) return 'is not metered';
  return `has ${remaining} of ${limit} pulls left in ${formatDuration((windowSeconds ?? 0) * 1_000)}`;
}
