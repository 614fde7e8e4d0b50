import { createHash } from 'node:crypto';
import { type CredentialSnapshot, takeContainedSnapshot } from '../../domain/credential-snapshot.ts';
import type { Source } from '../../domain/rate-limit.ts';
import { compareStatuses, type Status, statusOf } from '../../domain/status.ts';
import type { WebSources } from '../web-options.ts';

/** What may be said of all credentials now, in the order of the configuration. */
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

/** Somebody who may draw on a bucket. */
export type BucketMember = Pick<CredentialSnapshot, 'name' | 'source'>;

/**
 * Finds who draws on one bucket: the credentials that report one source, in the order of the views. One whose source is
 * not known is alone.
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

/** Finds who of these reports a source: nobody, where none does. */
export function namesBySource(members: readonly BucketMember[]): (source: Source) => readonly string[] {
  const namesInBucket = groupByBucket(members);
  const known = new Set(members.map(({ source }) => source?.value));
  return (source) => (known.has(source.value) ? namesInBucket({ name: '', source }) : []);
}

/** What may be said of one bucket: of the credentials that report one source, or of one whose source is not known. */
export interface BucketSnapshot {
  /** What tells it from the others; text of others, of any length. */
  readonly key: string;
  /** What its credentials report; undefined where nothing is known of it. */
  readonly source: Source | undefined;
  /** Worst first, then by name; at least one. */
  readonly members: readonly Member[];
  /** The state of the worst of them. */
  readonly status: Status;
  /** The one whose answer speaks for the bucket: the newest with numbers. */
  readonly representative: CredentialSnapshot;
}

/** A credential that draws on the bucket. */
export interface Member {
  readonly snapshot: CredentialSnapshot;
  readonly status: Status;
}

/** Orders names as people do: `runner-2` before `runner-10`. */
export const BY_NAME = new Intl.Collator('en', { numeric: true });

/** The buckets that credentials draw on, in the order of their first credentials. */
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

/** The identifier of the bucket's element: short, and the same on every page. */
export function bucketIdOf({ key }: Pick<BucketSnapshot, 'key'>): string {
  return `bucket-${createHash('sha1').update(key).digest('base64url').slice(0, 12)}`;
}

/** A name cannot collide with a source: both carry their kind. */
function keyOf({ source, name }: Pick<CredentialSnapshot, 'name' | 'source'>): string {
  return source ? `source ${source.value}` : `credential ${name}`;
}

function toBucketView(key: string, members: Member[]): BucketSnapshot {
  members.sort(
    (a, b) => compareStatuses(a.status, b.status) || BY_NAME.compare(a.snapshot.name, b.snapshot.name),
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
