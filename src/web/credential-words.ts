import type { Route } from '../domain/credential.ts';
import type { CredentialSnapshot } from '../domain/credential-snapshot.ts';
import { BLOCKS, FAILURES } from '../domain/failure.ts';
import type { AddressPool } from '../domain/forecast/bucket-series.ts';
import type { Source } from '../domain/rate-limit.ts';
import type { Status } from '../domain/status.ts';
import { formatCount, spanWords } from '../domain/wording.ts';
import { toWellFormed } from '../kit/foreign-text.ts';
import { listNames, toPlainText } from './text.ts';

/** Urgency of a status or message. Each tone has one colour and one favicon. */
export type Tone = 'bad' | 'warn' | 'good' | 'neutral';

/** How a status is shown: a label, an icon and a colour. */
export interface StatusWords {
  readonly label: string;
  readonly tone: Tone;
  /** Symbol in views/partials/icons.ejs. */
  readonly icon: string;
}

/** Label, tone and icon of every status. */
export const STATUS_WORDS: Readonly<Record<Status, StatusWords>> = {
  exhausted: { label: 'Exhausted', tone: 'bad', icon: 'empty' },
  blocked: { label: 'Blocked', tone: 'bad', icon: 'blocked' },
  rejected: { label: 'Login rejected', tone: 'bad', icon: 'key' },
  downgraded: { label: 'Downgraded', tone: 'warn', icon: 'downgraded' },
  failing: { label: 'No answer', tone: 'warn', icon: 'unplugged' },
  low: { label: 'Low', tone: 'warn', icon: 'warning' },
  waiting: { label: 'Not checked yet', tone: 'neutral', icon: 'clock' },
  ok: { label: 'OK', tone: 'good', icon: 'check' },
  unlimited: { label: 'Unlimited', tone: 'good', icon: 'infinity' },
};

/**
 * A problem of a credential and its remedy. `meaning` and `advice` are clauses without a capital letter or full stop.
 */
export interface Problem {
  readonly meaning: string;
  readonly advice: string | undefined;
  /** The exact observation, foreign text without secrets; undefined if there is none. */
  readonly detail: string | undefined;
}

/** Returns all problems of a credential, that of the newest probe first. */
export function problemsOf(snapshot: CredentialSnapshot): Problem[] {
  const newest = newestProblem(snapshot);
  return [...(newest ? [newest] : []), ...problemsOfLimit(snapshot)];
}

/**
 * Returns the problems that follow from the newest known limit: no pulls left, or a login metered as anonymous.
 */
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
    meaning: 'the newest answer is too old',
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

/** The source of a bucket, as text. */
export interface SourceWords {
  /** `IPv4 address`, `IPv6 prefix`, `account`. */
  readonly kind: string;
  readonly value: string;
  /** The other credentials of the bucket: `Shared with ci and nat-b`; undefined if there are none. */
  readonly sharedWith: string | undefined;
  /** `One of 3 that it changes between`, for an address pool; undefined without a pool. */
  readonly changes: string | undefined;
}

/**
 * Describes a source.
 * @param name the credential to describe, as listed in `namesOnIt`
 * @param namesOnIt all credentials that report this source, `name` among them
 * @param pool the address pool of the credential; undefined if it has none
 */
export function describeSource(
  source: Source,
  name: string,
  namesOnIt: readonly string[],
  pool?: AddressPool,
): SourceWords {
  // A thousand credentials can share one address: only the first few are compared.
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

/** Describes the route of requests: `through a proxy, by IPv6`; undefined for the default route. */
export function describeRoute({ localAddress, ipFamily, proxyUrl }: Route): string | undefined {
  const words = [
    // The address of the proxy is left out: it may contain a password.
    proxyUrl && 'through a proxy',
    localAddress && `from ${localAddress}`,
    ipFamily && `by IPv${ipFamily}`,
  ];
  return words.filter(Boolean).join(', ') || undefined;
}

/** Returns the path of the page of a credential, relative to the root of all pages. */
export function credentialPath(name: string): string {
  return `credentials/${encodeSegment(name)}`;
}

/**
 * Returns the path of the page of a bucket, relative to the root of all pages.
 * @param source value of the source
 */
export function bucketPath(source: string): string {
  return `buckets/${encodeSegment(source)}`;
}

/**
 * Returns the path of the page of who spends the pulls of a bucket, relative to the root of all pages.
 * @param bucket value of its source, or name of one of its credentials
 */
export function spendingPath(bucket: string): string {
  return `spending?bucket=${encodeSegment(bucket)}`;
}

function encodeSegment(text: string): string {
  return encodeURIComponent(toWellFormed(text));
}
