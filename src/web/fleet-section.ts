import type { FleetMember, FleetView } from '../domain/fleet.ts';
import { compareStandings, STANDINGS } from '../domain/standing.ts';
import type { BucketMember } from './bucket-members.ts';
import type { CredentialCard } from './credential-card.ts';
import { toFleetCard } from './fleet-card.ts';
import { fleetText, labelWords, toldAs } from './fleet-labels.ts';
import { STANDING_WORDS, type StandingWords } from './standing-words.ts';
import { countNoun, formatCount, toSentence } from './text-words.ts';

/** The other Headrooms on the overview, finished for the view. */
export interface FleetSection {
  /** `12 credentials of 3 other Headrooms`. */
  readonly total: string;
  /** What is wrong with it: sentences. */
  readonly notices: readonly string[];
  /** How many credentials there are in each state that occurs, worst first. */
  readonly tallies: readonly (StandingWords & { readonly count: string })[];
  readonly density: 'cards' | 'rows';
  /** Those with the worst credentials first, then by their labels. */
  readonly groups: readonly FleetGroup[];
}

/** One other Headroom. */
export interface FleetGroup {
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  /** In place of labels where there are none. */
  readonly title: string;
  /** Worst first, then by name. */
  readonly cards: readonly CredentialCard[];
}

/** More credentials than this are shown as rows, as those of this Headroom are. */
const MAX_CARDS = 24;

/**
 * Finishes the fleet for the view.
 * @param namesInBucket everybody who draws on a bucket, of this Headroom and of the others
 * @param now milliseconds since the epoch
 */
export function toFleetSection(
  fleet: FleetView,
  namesInBucket: (member: BucketMember) => readonly string[],
  now: number,
): FleetSection {
  const groups = fleet.members.map((member) => toGroup(member, namesInBucket, now));
  const cards = groups.flatMap((group) => group.cards);
  return {
    total: totalWords(fleet, cards.length),
    notices: noticesOf(fleet),
    tallies: tally(cards),
    density: cards.length > MAX_CARDS ? 'rows' : 'cards',
    // Sorting keeps the order of the labels where both are as bad.
    groups: groups.sort((a, b) => compareWorst(a.cards, b.cards)),
  };
}

function toGroup(
  member: FleetMember,
  namesInBucket: (member: BucketMember) => readonly string[],
  now: number,
): FleetGroup {
  const cards = member.credentials.map((credential) => {
    const name = toldAs(credential, member);
    return toFleetCard(credential, name, namesInBucket({ name, source: credential.source }), now);
  });
  return {
    labels: member.labels.map(([name, value]) => ({ name, value: fleetText(value) })),
    title: toSentence(labelWords(member.labels)).replace(/\.$/, ''),
    cards: cards.sort((a, b) => compareStandings(a.standing, b.standing)),
  };
}

function totalWords({ members, readAt, trouble }: FleetView, credentials: number): string {
  if (readAt === undefined) return trouble === undefined ? 'The fleet is being read' : 'The fleet';
  if (members.length === 0) return 'No other Headroom in the fleet';
  return `${countNoun(credentials, 'credential')} of ${countNoun(members.length, 'other Headroom')}`;
}

function noticesOf({ trouble, warning }: FleetView): string[] {
  return [
    trouble && toSentence(`The fleet cannot be read: ${trouble}`),
    warning && toSentence(`The fleet may be incomplete: ${warning}`),
  ].filter((notice) => notice !== undefined);
}

function tally(cards: readonly CredentialCard[]): FleetSection['tallies'] {
  return STANDINGS.flatMap((standing) => {
    const count = cards.filter((card) => card.standing === standing).length;
    return count === 0 ? [] : [{ ...STANDING_WORDS[standing], count: formatCount(count) }];
  });
}

function compareWorst([a]: readonly CredentialCard[], [b]: readonly CredentialCard[]): number {
  return a && b ? compareStandings(a.standing, b.standing) : 0;
}
