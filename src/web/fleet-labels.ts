import type { FleetCredential, FleetMember, FleetView, Labels } from '../domain/fleet.ts';
import type { BucketMember } from './bucket-members.ts';

/** The values of labels in a row: `prod-eu, ci`. */
export function labelWords(labels: Labels): string {
  return labels.length === 0 ? 'another Headroom' : labels.map(([, value]) => value).join(', ');
}

/** What a credential is called beside those of other Headrooms: `ci (prod-eu)`. */
export function toldAs({ name }: FleetCredential, { labels }: FleetMember): string {
  return `${name} (${labelWords(labels)})`;
}

/** Everybody in the fleet who may share a bucket with somebody here. */
export function bucketMembersOf(fleet: FleetView | undefined): BucketMember[] {
  return (fleet?.members ?? []).flatMap((member) =>
    member.credentials.map((credential) => ({ name: toldAs(credential, member), source: credential.source })),
  );
}
