import type { RecentUsage } from '../../domain/forecast/recent-usage.ts';
import { compareStatuses, type Status } from '../../domain/status.ts';
import { STATUS_WORDS, type StatusWords } from '../credential-words.ts';
import { type BucketSnapshot, BY_NAME } from './buckets.ts';
import type { Group, OverviewQuery, Sort } from './query.ts';

/** Buckets under one heading. */
export interface BucketGroup {
  /** The heading; undefined if buckets are not grouped. */
  readonly title: string | undefined;
  /** Label of the status, if buckets are grouped by status; otherwise undefined. */
  readonly state: StatusWords | undefined;
  readonly buckets: readonly BucketSnapshot[];
}

type CourseOf = (name: string) => RecentUsage | undefined;
type Compare = (a: BucketSnapshot, b: BucketSnapshot) => number;

const SOURCE_KINDS = [
  { kind: 'ipv4', title: 'IPv4 addresses' },
  { kind: 'ipv6', title: 'IPv6 prefixes' },
  { kind: 'account', title: 'Accounts' },
  { kind: undefined, title: 'Source not known' },
] as const;
/** Sort key of unknown values: they come last. */
const LAST = Number.MAX_SAFE_INTEGER;

/**
 * Returns the buckets that match a query, in its order.
 * @param courseOf returns the recent samples of a credential's bucket; undefined before the first forecast
 */
export function selectBuckets(
  buckets: readonly BucketSnapshot[],
  { search, state, sort, group }: OverviewQuery,
  courseOf: CourseOf,
): BucketSnapshot[] {
  const needle = search.toLowerCase();
  const compareGroups = comparisonOfGroups(group);
  const compareInGroup = comparisonBy(sort, courseOf);
  return buckets
    .filter((bucket) => hasState(bucket, state) && isNamed(bucket, needle))
    .sort((a, b) => compareGroups(a, b) || compareInGroup(a, b) || compareWorst(a, b));
}

/** Groups sorted buckets; keeps their order. */
export function groupBuckets(buckets: readonly BucketSnapshot[], group: Group): BucketGroup[] {
  if (group === 'none') return [{ title: undefined, state: undefined, buckets }];
  const groups = new Map<string, BucketSnapshot[]>();
  for (const bucket of buckets) {
    const title = group === 'state' ? STATUS_WORDS[bucket.status].label : kindOf(bucket).title;
    const members = groups.get(title);
    if (members) members.push(bucket);
    else groups.set(title, [bucket]);
  }
  return [...groups].map(([title, members]) => ({
    title,
    state: group === 'state' && members[0] ? STATUS_WORDS[members[0].status] : undefined,
    buckets: members,
  }));
}

function hasState({ members }: BucketSnapshot, state: Status | undefined): boolean {
  return state === undefined || members.some(({ status }) => status === state);
}

function isNamed({ members, source }: BucketSnapshot, needle: string): boolean {
  if (needle === '' || source?.value.toLowerCase().includes(needle)) return true;
  return members.some(({ snapshot }) => snapshot.name.toLowerCase().includes(needle));
}

function comparisonOfGroups(group: Group): Compare {
  if (group === 'none') return () => 0;
  if (group === 'state') return (a, b) => compareStatuses(a.status, b.status);
  return (a, b) => SOURCE_KINDS.indexOf(kindOf(a)) - SOURCE_KINDS.indexOf(kindOf(b));
}

function comparisonBy(sort: Sort, courseOf: CourseOf): Compare {
  switch (sort) {
    case 'worst':
      return compareWorst;
    case 'name':
      return compareNames;
    case 'remaining':
      return byNumber(({ representative }) => representative.limited?.remaining ?? LAST);
    case 'spent':
      return byNumber(({ representative }) => -(courseOf(representative.name)?.spentLastHour ?? -LAST));
    case 'dry':
      return byNumber(exhaustedAt);
  }
}

function exhaustedAt({ representative: { outlook } }: BucketSnapshot): number {
  return outlook?.forecast.kind === 'forecast' ? (outlook.forecast.exhaustion?.likely ?? LAST) : LAST;
}

function byNumber(numberOf: (bucket: BucketSnapshot) => number): Compare {
  return (a, b) => numberOf(a) - numberOf(b);
}

function compareWorst(a: BucketSnapshot, b: BucketSnapshot): number {
  return compareStatuses(a.status, b.status) || shareOf(a) - shareOf(b) || compareNames(a, b);
}

function compareNames(a: BucketSnapshot, b: BucketSnapshot): number {
  return BY_NAME().compare(a.members[0]?.snapshot.name ?? '', b.members[0]?.snapshot.name ?? '');
}

function shareOf({ representative: { limited } }: BucketSnapshot): number {
  return limited && limited.limit > 0 ? limited.remaining / limited.limit : 1;
}

function kindOf({ source }: BucketSnapshot): (typeof SOURCE_KINDS)[number] {
  return SOURCE_KINDS.find(({ kind }) => kind === source?.kind) ?? SOURCE_KINDS[3];
}
