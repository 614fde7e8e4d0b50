import {
  brokenFleetCredential,
  type FleetCredential,
  type FleetMember,
  type FleetSnapshot,
} from '../../domain/history/fleet.ts';
import { compareStatuses, STATUSES, type Status, statusOf } from '../../domain/status.ts';
import { countNoun, formatCount, toSentence } from '../../domain/wording.ts';
import { type Containment, UNREPORTED } from '../../kit/contain.ts';
import { STATUS_WORDS, type StatusWords } from '../credential-words.ts';
import type { BucketMember } from './buckets.ts';
import type { CredentialCard } from './credential-card.ts';
import { fleetName, fleetText, labelWords, toFleetCard } from './fleet-card.ts';
import { type OverviewQuery, overviewUrl, type PageLinks, pageOf, toPageLinks } from './query.ts';

/** Returns the credentials of the fleet with the sources they report, under their names with labels. */
export function bucketMembersOf(fleet: FleetSnapshot | undefined): BucketMember[] {
  return (fleet?.members ?? []).flatMap((member) =>
    member.credentials.map((credential) => ({
      name: fleetName(credential, member),
      source: credential.source,
    })),
  );
}

/** The other Headrooms on the overview, finished for the template. */
export interface FleetSection {
  /** `12 credentials of 3 other Headrooms`. */
  readonly total: string;
  /** Problems of the fleet, as sentences. */
  readonly notices: readonly string[];
  /** Number of credentials in each status that occurs, worst first. */
  readonly tallies: readonly (StatusWords & { readonly count: string })[];
  readonly density: 'cards' | 'rows';
  /** The Headrooms of this page: those with the worst credentials first, then by labels. */
  readonly groups: readonly FleetGroup[];
  /** Links to the other pages; undefined if there is one page. */
  readonly pages: PageLinks | undefined;
  /** `7 of 40 shown`, if the filter leaves some out; otherwise undefined. */
  readonly shown: string | undefined;
}

/** One other Headroom. */
interface FleetGroup {
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  /** Heading for a Headroom without labels. */
  readonly title: string;
  /** Worst first, then by name. */
  readonly cards: readonly CredentialCard[];
}

/** Number of credentials above which rows replace cards. */
const MAX_CARDS = 24;
/** Maximum number of credentials on one page. */
export const FLEET_PAGE_SIZE = 100;

/** One credential of the fleet, with its status. */
interface FleetRow {
  readonly member: FleetMember;
  readonly credential: FleetCredential;
  readonly status: Status;
}

/**
 * Creates the section of the fleet for one page of credentials.
 * @param namesInBucket returns all credentials of a bucket, of this and of other Headrooms
 * @param now milliseconds since the epoch
 * @param contain confines an error to one card; errors are not reported by default
 */
export function toFleetSection(
  fleet: FleetSnapshot,
  namesInBucket: (member: BucketMember) => readonly string[],
  query: OverviewQuery,
  now: number,
  contain: Containment = UNREPORTED,
): FleetSection {
  const rows = rowsOf(fleet);
  const selected = rows.filter((row) => matchesQuery(row, query));
  const page = pageOf(selected, FLEET_PAGE_SIZE, query.fleetPage);
  return {
    total: totalWords(fleet, rows.length),
    notices: noticesOf(fleet),
    tallies: tally(rows),
    density: rows.length > MAX_CARDS ? 'rows' : 'cards',
    groups: toGroups(page.items, namesInBucket, now, contain),
    pages: toPageLinks(page, (number) => overviewUrl({ ...query, fleetPage: number })),
    shown:
      selected.length < rows.length
        ? `${formatCount(selected.length)} of ${formatCount(rows.length)} shown`
        : undefined,
  };
}

/**
 * Returns all credentials in the order of the page: Headrooms with the worst credentials first, then by labels;
 * within each, the worst first.
 */
function rowsOf({ members }: FleetSnapshot): FleetRow[] {
  const groups = members.map((member) =>
    member.credentials
      .map((credential) => ({ member, credential, status: statusOf(credential) }))
      .sort((a, b) => compareStatuses(a.status, b.status)),
  );
  return groups.sort(([a], [b]) => (a && b ? compareStatuses(a.status, b.status) : 0)).flat();
}

function matchesQuery({ member, credential, status }: FleetRow, { search, state }: OverviewQuery): boolean {
  if (state !== undefined && status !== state) return false;
  const needle = search.toLowerCase();
  const texts = [credential.name, credential.source?.value ?? '', ...member.labels.map(([, value]) => value)];
  return needle === '' || texts.some((text) => text.toLowerCase().includes(needle));
}

function toGroups(
  rows: readonly FleetRow[],
  namesInBucket: (member: BucketMember) => readonly string[],
  now: number,
  contain: Containment,
): FleetGroup[] {
  const members = [...new Set(rows.map(({ member }) => member))];
  return members.map((member) => ({
    labels: member.labels.map(([name, value]) => ({ name, value: fleetText(value) })),
    title: toSentence(labelWords(member.labels)).replace(/\.$/, ''),
    cards: rows
      .filter((row) => row.member === member)
      .map(({ credential }) => {
        const name = fleetName(credential, member);
        return contain.one(
          'fleet',
          name,
          () => toFleetCard(credential, name, namesInBucket({ name, source: credential.source }), now),
          () => toFleetCard(brokenFleetCredential(credential), name, [], now),
        );
      }),
  }));
}

function totalWords({ members, readAt, problem }: FleetSnapshot, credentials: number): string {
  if (readAt === undefined) return problem === undefined ? 'The fleet is being read' : 'The fleet';
  if (members.length === 0) return 'No other Headroom in the fleet';
  return `${countNoun(credentials, 'credential')} of ${countNoun(members.length, 'other Headroom')}`;
}

function noticesOf({ problem, warning }: FleetSnapshot): string[] {
  return [
    problem && toSentence(`The fleet cannot be read: ${problem}`),
    warning && toSentence(`The fleet may be incomplete: ${warning}`),
  ].filter((notice) => notice !== undefined);
}

function tally(rows: readonly FleetRow[]): FleetSection['tallies'] {
  return STATUSES.flatMap((status) => {
    const count = rows.filter((row) => row.status === status).length;
    return count === 0 ? [] : [{ ...STATUS_WORDS[status], count: formatCount(count) }];
  });
}
