import type { Route } from '../domain/credential.ts';
import type { CredentialSnapshot } from '../domain/credential-snapshot.ts';
import { BLOCKS, FAILURES } from '../domain/failure.ts';
import type { AddressPool } from '../domain/forecast/bucket-series.ts';
import type { Source } from '../domain/rate-limit.ts';
import type { Status } from '../domain/status.ts';
import { formatCount, spanWords } from '../domain/wording.ts';
import { toWellFormed } from '../kit/foreign-text.ts';
import { listNames, toPlainText } from './text.ts';

/** How urgent a state is; the page's colours, and its favicons, are one for each. */
export type Tone = 'bad' | 'warn' | 'good' | 'neutral';

/** How a state is shown: in words, with an icon and in a colour, never by colour alone. */
export interface StatusWords {
  readonly label: string;
  readonly tone: Tone;
  /** Symbol in views/partials/icons.ejs. */
  readonly icon: string;
}

/** Words, tone and icon of every status. */
export const STATUS_WORDS: Readonly<Record<Status, StatusWords>> = {
  exhausted: { label: 'Exhausted', tone: 'bad', icon: 'empty' },
  blocked: { label: 'Blocked', tone: 'bad', icon: 'blocked' },
  rejected: { label: 'Login rejected', tone: 'bad', icon: 'key' },
  downgraded: { label: 'Downgraded', tone: 'warn', icon: 'downgraded' },
  failing: { label: 'No answer', tone: 'warn', icon: 'unplugged' },
  low: { label: 'Low', tone: 'warn', icon: 'warning' },
  waiting: { label: 'Not asked yet', tone: 'neutral', icon: 'clock' },
  ok: { label: 'OK', tone: 'good', icon: 'check' },
  unlimited: { label: 'Unlimited', tone: 'good', icon: 'infinity' },
};

/** Something that is wrong with a credential, and what to do about it. Clauses, as domain/ writes them. */
export interface Problem {
  readonly meaning: string;
  readonly advice: string | undefined;
  /** What exactly was seen; text of others, free of secrets. */
  readonly detail: string | undefined;
}

/** Everything that is wrong with a credential, the newest probe first. */
export function problemsOf(snapshot: CredentialSnapshot): Problem[] {
  const newest = newestProblem(snapshot);
  return [...(newest ? [newest] : []), ...problemsOfLimit(snapshot)];
}

/** What is wrong with the limit of a credential, as far as it is known. */
export function problemsOfLimit(snapshot: Pick<CredentialSnapshot, 'limited' | 'downgraded'>): Problem[] {
  return [exhaustion(snapshot), downgrade(snapshot)].filter((problem) => problem !== undefined);
}

function newestProblem({ latest, up }: CredentialSnapshot): Problem | undefined {
  if (!latest) return undefined;
  const { outcome } = latest;
  if (outcome.kind === 'failed') return { ...FAILURES[outcome.reason], detail: outcome.detail || undefined };
  if (outcome.kind === 'blocked') {
    const pause = outcome.retryAfterSeconds;
    const detail = pause === undefined ? undefined : `Docker Hub asks to wait ${spanWords(pause)}`;
    return { ...BLOCKS[outcome.reason], detail };
  }
  if (up) return undefined;
  return {
    meaning: 'the newest answer is too old to be believed',
    advice: "Polling is later than its schedule says; see Headroom's log",
    detail: undefined,
  };
}

function exhaustion({ limited }: Pick<CredentialSnapshot, 'limited'>): Problem | undefined {
  if (!limited || limited.remaining > 0) return undefined;
  const { windowSeconds } = limited;
  const when = windowSeconds === undefined ? 'as the window moves on' : `within ${spanWords(windowSeconds)}`;
  return {
    meaning: 'no pulls are left',
    advice: `They come back ${when}, if nothing else is pulled; until then use another credential or a mirror`,
    detail: undefined,
  };
}

function downgrade({ downgraded }: Pick<CredentialSnapshot, 'downgraded'>): Problem | undefined {
  if (!downgraded) return undefined;
  return {
    meaning: 'Docker Hub meters this login as if it were anonymous',
    advice: 'Check the login and its plan, and any proxy or mirror that may drop it on the way',
    detail: undefined,
  };
}

/** Whose bucket it is, in words. */
export interface SourceWords {
  /** `IPv4 address`, `IPv6 prefix`, `account`. */
  readonly kind: string;
  readonly value: string;
  /** Who else draws on the same bucket: `Shared with ci and nat-b`; undefined when nobody does. */
  readonly sharedWith: string | undefined;
  /** `One of 3 that it changes between`; undefined when it keeps to one. */
  readonly changes: string | undefined;
}

/**
 * Describes a source.
 * @param namesOnIt all credentials that report this source, the one described among them
 * @param pool the sources it changes between, if it does
 */
export function describeSource(
  source: Source,
  name: string,
  namesOnIt: readonly string[],
  pool?: AddressPool,
): SourceWords {
  // A thousand credentials can share one address: the first few are looked at, the rest is counted.
  const others = namesOnIt.slice(0, 4).filter((other) => other !== name);
  return {
    kind: kindWords(source),
    value: toPlainText(source.value),
    sharedWith: others.length > 0 ? `Shared with ${listNames(others, namesOnIt.length - 1)}` : undefined,
    changes: pool && `One of ${formatCount(pool.sources.length)} that it changes between`,
  };
}

function kindWords({ kind, value }: Source): string {
  if (kind === 'account') return 'account';
  if (kind === 'ipv4') return 'IPv4 address';
  return value.endsWith('::') ? 'IPv6 prefix' : 'IPv6 address';
}

/** By which way requests leave, in words: `through a proxy, by IPv6`; undefined when it is the usual way. */
export function describeRoute({ localAddress, ipFamily, proxyUrl }: Route): string | undefined {
  const words = [
    // Where the proxy is stays unsaid: its address may hold a password.
    proxyUrl && 'through a proxy',
    localAddress && `from ${localAddress}`,
    ipFamily && `by IPv${ipFamily}`,
  ];
  return words.filter(Boolean).join(', ') || undefined;
}

/** The way to the page of a credential, without the root. */
export function credentialPath(name: string): string {
  return `credentials/${encodeSegment(name)}`;
}

/** The way to the page of a bucket, without the root. */
export function bucketPath(source: string): string {
  return `buckets/${encodeSegment(source)}`;
}

function encodeSegment(text: string): string {
  return encodeURIComponent(toWellFormed(text));
}
