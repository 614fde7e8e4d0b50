import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import type { Source } from '../../domain/rate-limit.ts';

/** Somebody who may draw on a bucket. */
export type BucketMember = Pick<CredentialSnapshot, 'name' | 'source'>;

/**
 * Finds who draws on one bucket: the credentials that report one source, in the order of the views. One whose source is
 * not known is alone.
 */
export function groupByBucket(views: readonly BucketMember[]): (view: BucketMember) => readonly string[] {
  const namesBySource = new Map<string, string[]>();
  for (const { name, source } of views) {
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
