import type { Route } from '../../domain/credential.ts';
import type { RecentUsage } from '../../domain/forecast/recent-usage.ts';
import type { Source } from '../../domain/rate-limit.ts';
import type { Status } from '../../domain/status.ts';
import { countNoun, formatCount } from '../../domain/wording.ts';
import type { Containment } from '../../kit/contain.ts';
import { type Sparkline, toSparkline } from '../charts/sparkline.ts';
import {
  describeRoute,
  describeSource,
  type Problem,
  problemsOf,
  type SourceWords,
  STATUS_WORDS,
  type StatusWords,
} from '../credential-words.ts';
import { type OutlookWords, outlookWords } from '../forecast-words.ts';
import { listNames, type Moment, toMoment, toPlainText } from '../text.ts';
import { type BucketSnapshot, bucketIdOf, type Member } from './buckets.ts';
import { type Amount, toAmount, toSentences } from './credential-card.ts';

/** One bucket on the overview, finished for the template. */
export interface BucketCard {
  readonly id: string;
  readonly status: Status;
  readonly state: StatusWords;
  /** The first credentials of the bucket, worst first. */
  readonly members: readonly MemberWords[];
  /** `and 12 more`; undefined if all credentials are listed. */
  readonly more: string | undefined;
  /** `Login`, `Anonymous`, or `4 credentials, one bucket`. */
  readonly kind: string;
  readonly source: (SourceWords & { readonly path: string }) | undefined;
  /** `Shared with ci (prod-eu)`: credentials of other Headrooms; undefined if there are none. */
  readonly sharedInFleet: string | undefined;
  readonly amount: Amount;
  readonly sparkline: Sparkline | undefined;
  /** Pulls spent in the last hour: `58 pulls`; undefined if not known. */
  readonly spent: string | undefined;
  readonly outlook: OutlookWords | undefined;
  /** Time of the newest answer with numbers; undefined if there was none. */
  readonly lastAnswer: Moment | undefined;
  /** Time of the newest probe, if that failed; otherwise undefined. */
  readonly lastAttempt: Moment | undefined;
  readonly problems: readonly BucketProblem[];
  /** The credential that the button "Check now" probes. */
  readonly pollName: string;
}

/** A credential of a bucket. */
export interface MemberWords {
  readonly name: string;
  /** Path of its page, relative to the root of all pages. */
  readonly path: string;
  /** `through a proxy`; undefined for the default route. */
  readonly route: string | undefined;
  /** Its status, if that differs from the bucket's; otherwise undefined. */
  readonly state: StatusWords | undefined;
}

/** A problem, and the credentials that have it. */
export interface BucketProblem extends Problem {
  /** `ci and nightly`; undefined if all credentials of the bucket have it. */
  readonly whose: string | undefined;
}

/** The data of a card in addition to its bucket. */
export interface CardSources {
  courseOf(name: string): RecentUsage | undefined;
  routeOf(name: string): Route | undefined;
  /** Confines an error of one bucket to its card; errors are not reported by default. */
  readonly contain?: Containment | undefined;
  /** Returns the credentials of other Headrooms that report a source, as the page names them. */
  fleetNamesOf(source: Source): readonly string[];
}

/** Maximum number of credentials that a card lists. */
const MAX_NAMED = 4;
/**
 * Maximum number of credentials whose problems are collected: the credentials of a bucket mostly share them.
 */
const MAX_EXAMINED = 50;
/** Maximum length of a name, in characters. */
const NAME_LENGTH = 60;

/**
 * Creates the card of one bucket.
 * @param now milliseconds since the epoch
 */
export function toBucketCard(bucket: BucketSnapshot, sources: CardSources, now: number): BucketCard {
  const { status, members, source, representative } = bucket;
  const [worst] = members as [Member];
  const { outlook, lastSuccessAt } = representative;
  const course = representative.limited && sources.courseOf(representative.name);
  const askedAt = worst.snapshot.latest?.at;
  const isAskedInVain = askedAt !== undefined && !worst.snapshot.up && askedAt !== lastSuccessAt;
  return {
    id: bucketIdOf(bucket),
    status,
    state: STATUS_WORDS[status],
    members: members.slice(0, MAX_NAMED).map((member) => toMemberWords(member, status, sources)),
    more: members.length > MAX_NAMED ? `and ${formatCount(members.length - MAX_NAMED)} more` : undefined,
    kind: kindWords(members),
    source: source && {
      ...describeSource(source, worst.snapshot.name, [worst.snapshot.name], outlook?.pool),
      path: `buckets/${encodeURIComponent(source.value)}`,
    },
    sharedInFleet: source && sharedInFleetWords(sources.fleetNamesOf(source)),
    amount: toAmount(representative),
    sparkline: toSparkline(course),
    spent: course?.spentLastHour === undefined ? undefined : countNoun(course.spentLastHour, 'pull'),
    outlook: outlook && outlookWords(outlook, now),
    lastAnswer: lastSuccessAt === undefined ? undefined : toMoment(lastSuccessAt, now),
    lastAttempt: isAskedInVain ? toMoment(askedAt, now) : undefined,
    problems: problemsOfBucket(members),
    pollName: worst.snapshot.name,
  };
}

/** Creates the card of a bucket whose data cannot be shown: it lists the credentials and says so. */
export function brokenBucketCard(bucket: BucketSnapshot, sources: CardSources): BucketCard {
  const { members } = bucket;
  const [worst] = members as [Member];
  const problem = {
    meaning: 'This bucket cannot be shown',
    advice: 'Please report it with the line of the log that names it',
    detail: undefined,
  };
  return {
    id: bucketIdOf(bucket),
    status: 'failing',
    state: STATUS_WORDS.failing,
    members: members.slice(0, MAX_NAMED).map((member) => toMemberWords(member, 'failing', sources)),
    more: undefined,
    kind: kindWords(members),
    source: undefined,
    sharedInFleet: undefined,
    amount: toAmount({ limited: undefined, enforced: undefined, up: false }),
    sparkline: undefined,
    spent: undefined,
    outlook: undefined,
    lastAnswer: undefined,
    lastAttempt: undefined,
    problems: [{ ...toSentences(problem), whose: undefined }],
    pollName: worst.snapshot.name,
  };
}

function toMemberWords({ snapshot, status }: Member, bucket: Status, sources: CardSources): MemberWords {
  const route = sources.routeOf(snapshot.name);
  return {
    name: toPlainText(snapshot.name, NAME_LENGTH),
    path: `credentials/${encodeURIComponent(snapshot.name)}`,
    route: route && describeRoute(route),
    state: status === bucket ? undefined : STATUS_WORDS[status],
  };
}

function kindWords(members: readonly Member[]): string {
  const [only] = members;
  if (members.length === 1 && only) return only.snapshot.hasLogin ? 'Login' : 'Anonymous';
  return `${countNoun(members.length, 'credential')}, one bucket`;
}

function sharedInFleetWords(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `Shared with ${listNames(names)}`;
}

/**
 * Collects the problems of the credentials. A problem of several credentials appears once, with their names.
 */
function problemsOfBucket(members: readonly Member[]): BucketProblem[] {
  const found = new Map<string, { problem: Problem; names: string[] }>();
  for (const { snapshot } of members.slice(0, MAX_EXAMINED)) {
    for (const problem of problemsOf(snapshot)) {
      const key = `${problem.meaning}\n${problem.detail ?? ''}`;
      const names = found.get(key)?.names ?? [];
      names.push(toPlainText(snapshot.name, NAME_LENGTH));
      found.set(key, { problem, names });
    }
  }
  return [...found.values()].map(({ problem, names }) => ({
    ...toSentences(problem),
    whose: names.length < members.length ? listNames(names) : undefined,
  }));
}
