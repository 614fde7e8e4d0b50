import { BLOCKS } from '../../domain/failure.ts';
import {
  brokenFleetCredential,
  type FleetCredential,
  type FleetMember,
  type FleetSnapshot,
  type Labels,
} from '../../domain/history/fleet.ts';
import { compareStatuses, STATUSES, type Status, statusOf } from '../../domain/status.ts';
import { countNoun, formatCount, spanWords, toSentence } from '../../domain/wording.ts';
import { type Containment, UNREPORTED } from '../../kit/contain.ts';
import {
  describeSource,
  type Problem,
  problemsOfLimit,
  STATUS_WORDS,
  type StatusWords,
} from '../credential-words.ts';
import { toMoment, toPlainText } from '../text.ts';
import type { BucketMember } from './buckets.ts';
import { type CredentialCard, toAmount, toSentences } from './credential-card.ts';
import { type OverviewQuery, overviewUrl, type PageLinks, pageOf, toPageLinks } from './query.ts';

/** How much of a name or label of the fleet is shown, in characters: it is others who choose them. */
const MAX_LENGTH = 100;

/** A name or label of the fleet, fit to be shown. */
function fleetText(text: string): string {
  return toPlainText(text, MAX_LENGTH);
}

/** The values of labels in a row: `prod-eu, ci`. */
function labelWords(labels: Labels): string {
  return labels.length === 0 ? 'another Headroom' : labels.map(([, value]) => fleetText(value)).join(', ');
}

/** What a credential is called beside those of other Headrooms: `ci (prod-eu)`. */
function fleetName({ name }: FleetCredential, { labels }: FleetMember): string {
  return `${fleetText(name)} (${labelWords(labels)})`;
}

/** Everybody in the fleet who may share a bucket with somebody here. */
export function bucketMembersOf(fleet: FleetSnapshot | undefined): BucketMember[] {
  return (fleet?.members ?? []).flatMap((member) =>
    member.credentials.map((credential) => ({
      name: fleetName(credential, member),
      source: credential.source,
    })),
  );
}

/**
 * Finishes one credential of another Headroom for the view.
 * @param toldAs what it is called beside those of other Headrooms
 * @param namesOnSource all who report the same source, by what they are called
 * @param now milliseconds since the epoch
 */
function toFleetCard(
  credential: FleetCredential,
  toldAs: string,
  namesOnSource: readonly string[],
  now: number,
): CredentialCard {
  const { name, hasLogin, source, lastPollAt, lastSuccessAt } = credential;
  const status = statusOf(credential);
  const askedInVain = lastPollAt !== undefined && lastPollAt !== lastSuccessAt;
  return {
    name: fleetText(name),
    kind: hasLogin === undefined ? undefined : hasLogin ? 'Login' : 'Anonymous',
    status,
    state: STATUS_WORDS[status],
    amount: toAmount(credential),
    source: source && describeSource(source, toldAs, namesOnSource),
    outlook: outlookWords(credential, now),
    lastAnswer: lastSuccessAt === undefined ? undefined : toMoment(lastSuccessAt, now),
    lastAttempt: askedInVain ? toMoment(lastPollAt, now) : undefined,
    problems: [...newestProblems(credential), ...problemsOfLimit(credential)].map(toSentences),
  };
}

/** Metrics tell that a probe failed, not why. */
function newestProblems({ up, blocked }: FleetCredential): Problem[] {
  if (blocked) return [{ ...BLOCKS[blocked], detail: undefined }];
  if (up !== false) return [];
  const meaning = 'the newest probe learned nothing';
  return [{ meaning, advice: 'The page of that Headroom says why', detail: undefined }];
}

/** An instant that has passed says nothing of the future: it will be another one with the next scrape. */
function outlookWords({ exhaustionAt, limited }: FleetCredential, now: number): string | undefined {
  if (exhaustionAt === undefined || exhaustionAt <= now || !limited || limited.remaining <= 0)
    return undefined;
  const minutes = Math.ceil((exhaustionAt - now) / 60_000);
  const rounded = minutes > 120 ? Math.round(minutes / 60) * 60 : minutes;
  return `Runs dry in about ${spanWords(rounded * 60)}`;
}

/** The other Headrooms on the overview, finished for the view. */
export interface FleetSection {
  /** `12 credentials of 3 other Headrooms`. */
  readonly total: string;
  /** What is wrong with it: sentences. */
  readonly notices: readonly string[];
  /** How many credentials there are in each state that occurs, worst first. */
  readonly tallies: readonly (StatusWords & { readonly count: string })[];
  readonly density: 'cards' | 'rows';
  /** Those with the worst credentials first, then by their labels; as many as one page holds. */
  readonly groups: readonly FleetGroup[];
  /** The ways to the other pages; undefined where there is one. */
  readonly pages: PageLinks | undefined;
  /** That some are left out, because the filter does not want them: `7 of 40 shown`. */
  readonly shown: string | undefined;
}

/** One other Headroom. */
interface FleetGroup {
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  /** In place of labels where there are none. */
  readonly title: string;
  /** Worst first, then by name. */
  readonly cards: readonly CredentialCard[];
}

/** More credentials than this are shown as rows, as those of this Headroom are. */
const MAX_CARDS = 24;
/** The most credentials on one page: a fleet has thousands. */
export const FLEET_PAGE_SIZE = 100;

/** One credential of the fleet, before it is finished for the view. */
interface FleetRow {
  readonly member: FleetMember;
  readonly credential: FleetCredential;
  readonly status: Status;
}

/**
 * Finishes the fleet for the view: the page of it that is asked for.
 * @param namesInBucket everybody who draws on a bucket, of this Headroom and of the others
 * @param now milliseconds since the epoch
 */
export function toFleetSection(
  fleet: FleetSnapshot,
  namesInBucket: (member: BucketMember) => readonly string[],
  query: OverviewQuery,
  now: number,
  contain: Containment = UNREPORTED,
): FleetSection {
  const rows = rowsOf(fleet);
  const selected = rows.filter((row) => isWanted(row, query));
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

/** All credentials: Headrooms with the worst of them first, then by their labels; within each the worst first. */
function rowsOf({ members }: FleetSnapshot): FleetRow[] {
  const groups = members.map((member) =>
    member.credentials
      .map((credential) => ({ member, credential, status: statusOf(credential) }))
      .sort((a, b) => compareStatuses(a.status, b.status)),
  );
  return groups.sort(([a], [b]) => (a && b ? compareStatuses(a.status, b.status) : 0)).flat();
}

function isWanted({ member, credential, status }: FleetRow, { search, state }: OverviewQuery): boolean {
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
