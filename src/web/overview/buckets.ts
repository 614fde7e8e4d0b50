import { createHash } from 'node:crypto';
import { type CredentialSnapshot, takeContainedSnapshot } from '../../domain/credential-snapshot.ts';
import type { Source } from '../../domain/rate-limit.ts';
import { compareStatuses, type Status, statusOf } from '../../domain/status.ts';
import { lazy } from '../../kit/lazy.ts';
import type { WebSources } from '../web-options.ts';

/**
 * Returns the current snapshots of all credentials, in the order of the configuration.
 * @param now milliseconds since the epoch
 */
export function takeSnapshots(
  sources: Pick<WebSources, 'states' | 'outlookOf' | 'contain'>,
  now: number,
): CredentialSnapshot[] {
  return sources
    .states()
    .map((state) =>
      takeContainedSnapshot(state, sources.outlookOf(state.identity.name), now, sources.contain),
    );
}

/** The name of a credential and the source it reports. */
export type BucketMember = Pick<CredentialSnapshot, 'name' | 'source'>;

/**
 * Groups credentials by bucket. Returns a function from a credential to the names of all credentials that report its
 * source, in the given order. A credential without a known source is alone.
 */
export function groupByBucket(
  snapshots: readonly BucketMember[],
): (snapshot: BucketMember) => readonly string[] {
  const namesBySource = new Map<string, string[]>();
  for (const { name, source } of snapshots) {
    if (!source) continue;
    const names = namesBySource.get(source.value);
    if (names) names.push(name);
    else namesBySource.set(source.value, [name]);
  }
  return ({ name, source }) => (source && namesBySource.get(source.value)) ?? [name];
}

/**
 * Returns a function from a source to the names of the credentials that report it; empty if there are none.
 */
export function namesBySource(members: readonly BucketMember[]): (source: Source) => readonly string[] {
  const namesInBucket = groupByBucket(members);
  const known = new Set(members.map(({ source }) => source?.value));
  return (source) => (known.has(source.value) ? namesInBucket({ name: '', source }) : []);
}

/**
 * The snapshot of one bucket: of all credentials that report one source, or of one credential without a known source.
 */
export interface BucketSnapshot {
  /** Identifies the bucket among the others; foreign text of any length. */
  readonly key: string;
  /** The source that its credentials report; undefined if not known. */
  readonly source: Source | undefined;
  /** Its credentials, worst status first, then by name; at least one. */
  readonly members: readonly Member[];
  /** The worst status of its credentials. */
  readonly status: Status;
  /** The snapshot with the newest numbers of the bucket. */
  readonly representative: CredentialSnapshot;
}

/** A credential of a bucket, with its status. */
export interface Member {
  readonly snapshot: CredentialSnapshot;
  readonly status: Status;
}

/** Compares names with numbers by value: `runner-2` comes before `runner-10`. */
export const BY_NAME = lazy(() => new Intl.Collator('en', { numeric: true }));

/** Groups snapshots by bucket, in the order of the first credential of each. */
export function toBuckets(snapshots: readonly CredentialSnapshot[]): BucketSnapshot[] {
  const buckets = new Map<string, Member[]>();
  for (const snapshot of snapshots) {
    const key = keyOf(snapshot);
    const member = { snapshot, status: statusOf(snapshot) };
    const members = buckets.get(key);
    if (members) members.push(member);
    else buckets.set(key, [member]);
  }
  return [...buckets].map(([key, members]) => toBucketView(key, members));
}

/** Returns the HTML id of a bucket: short, and the same on every page. */
export function bucketIdOf({ key }: Pick<BucketSnapshot, 'key'>): string {
  return `bucket-${createHash('sha1').update(key).digest('base64url').slice(0, 12)}`;
}

/** Returns the key of a bucket. The prefix prevents a collision of a name with a source. */
function keyOf({ source, name }: Pick<CredentialSnapshot, 'name' | 'source'>): string {
  return source ? `source ${source.value}` : `credential ${name}`;
}

function toBucketView(key: string, members: Member[]): BucketSnapshot {
  members.sort(
    (a, b) => compareStatuses(a.status, b.status) || BY_NAME().compare(a.snapshot.name, b.snapshot.name),
  );
  const [worst] = members as [Member];
  return {
    key,
    source: worst.snapshot.source,
    members,
    status: worst.status,
    representative: members.map(({ snapshot }) => snapshot).reduce(newer),
  };
}

function newer(a: CredentialSnapshot, b: CredentialSnapshot): CredentialSnapshot {
  if ((a.limited === undefined) !== (b.limited === undefined)) return a.limited ? a : b;
  return (b.lastSuccessAt ?? 0) > (a.lastSuccessAt ?? 0) ? b : a;
}
