import type { FleetCredential, FleetMember, FleetView, Labels } from '../../domain/history/fleet.ts';
import { toPlainText } from '../text-words.ts';
import type { BucketMember } from './bucket-members.ts';

/** How much of a name or label of the fleet is shown, in characters: it is others who choose them. */
const MAX_LENGTH = 100;

/** A name or label of the fleet, fit to be shown. */
export function fleetText(text: string): string {
  return toPlainText(text, MAX_LENGTH);
}

/** The values of labels in a row: `prod-eu, ci`. */
export function labelWords(labels: Labels): string {
  return labels.length === 0 ? 'another Headroom' : labels.map(([, value]) => fleetText(value)).join(', ');
}

/** What a credential is called beside those of other Headrooms: `ci (prod-eu)`. */
export function toldAs({ name }: FleetCredential, { labels }: FleetMember): string {
  return `${fleetText(name)} (${labelWords(labels)})`;
}

/** Everybody in the fleet who may share a bucket with somebody here. */
export function bucketMembersOf(fleet: FleetView | undefined): BucketMember[] {
  return (fleet?.members ?? []).flatMap((member) =>
    member.credentials.map((credential) => ({ name: toldAs(credential, member), source: credential.source })),
  );
}
