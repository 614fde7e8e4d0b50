import { isIP } from 'node:net';
import { oneOf } from '../../config/kinds/choice.ts';
import { type Kind, scalarKind } from '../../config/kinds/kind.ts';
import type { Report } from '../../config/problem.ts';
import { formatDuration, parseDuration } from '../../kit/duration.ts';
import type { BucketOwner } from '../../simulator/control.ts';
import { COUNTING_MODELS, type Limits, WINDOW_KINDS } from '../../simulator/metering/bucket.ts';
import { type FlagValues, optionalFlag } from '../flag.ts';
import { plainText, wholeNumber } from '../flag-kinds.ts';

/** The kind of a flag for the address of a client. */
const clientAddress: Kind<string> = scalarKind({
  noun: 'an IP address',
  allowed: 'an IPv4 or IPv6 address, such as 127.0.0.1 or 2001:db8::7',
  parse: (value) => (typeof value === 'string' && isIP(value) !== 0 ? value : undefined),
  show: (value) => value,
});

/** The flags that select an account or an address. */
export const OWNER_FLAGS = {
  account: optionalFlag('NAME', plainText('the name of an account'), 'This account'),
  source: optionalFlag('ADDRESS', clientAddress, 'Clients of this address'),
};

type OwnerFlags = FlagValues<typeof OWNER_FLAGS>;

/** The default owner: anonymous clients on this machine. */
const THIS_MACHINE = '127.0.0.1';

/** Reports a problem if both an account and an address are given. */
export function rejectBothOwners({ account, source }: OwnerFlags, report: Report): void {
  if (account === undefined || source === undefined) return;
  report({ place: { kind: 'flag', flag: '--source' }, message: 'Either --account or --source, not both' });
}

/** Returns the selected owner of a bucket; 127.0.0.1 by default. */
export function ownerOf({ account, source = THIS_MACHINE }: OwnerFlags): BucketOwner {
  return account === undefined ? { source } : { account };
}

/** Returns the query that selects an owner in the control API. */
export function ownerQuery(owner: BucketOwner): string {
  return `?${new URLSearchParams({ ...owner })}`;
}

/** Returns the account name or address of an owner. */
export function ownerName(owner: BucketOwner): string {
  return 'account' in owner ? owner.account : owner.source;
}

/** The kind of a window: a duration of whole seconds, parsed to seconds (`w=3600` in Docker's headers). */
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

/** The kind of a number of pulls, 0 to 1,000,000,000. */
export const pulls = wholeNumber(0, 1_000_000_000);

/** The flags that set limits of a hub, at its start or while it runs. */
export const LIMIT_FLAGS = {
  'personal-limit': optionalFlag('N', pulls, 'Pulls in a window for a personal account'),
  window: optionalFlag('DURATION', windowSeconds, 'Length of a window, such as 10m, 1h or 6h'),
  'window-kind': optionalFlag(
    'KIND',
    oneOf(WINDOW_KINDS),
    'sliding: each pull returns one window later; fixed: all return at once',
  ),
  counting: optionalFlag(
    'MODEL',
    oneOf(COUNTING_MODELS),
    'How pulls are counted: per-get (each GET of a manifest), two-gets or per-architecture',
  ),
};

/**
 * Returns the limits that are given by flags.
 * @param anonymous limit of an address without a login; undefined: not given
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

/** Describes the limits of a hub in one line. */
export function describeLimits({ anonymous, personal, windowSeconds, window, counting }: Limits): string {
  const length = formatDuration(windowSeconds * 1_000);
  return `${anonymous} pulls for an address, ${personal} for a personal account, in ${length} (${window}), counted ${counting}`;
}

/** A bucket in responses of the control API; null values if it is not metered. */
export interface ControlBalance {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly windowSeconds: number | null;
}

/** Describes a bucket, to follow the name of its owner. */
export function describeBalance({ limit, remaining, windowSeconds }: ControlBalance): string {
  if (limit === null) return 'is not metered';
  return `has ${remaining} of ${limit} pulls left in ${formatDuration((windowSeconds ?? 0) * 1_000)}`;
}
