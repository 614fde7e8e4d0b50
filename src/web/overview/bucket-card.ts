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

/** One bucket on the overview, finished for the view. */
export interface BucketCard {
  readonly id: string;
  readonly status: Status;
  readonly state: StatusWords;
  /** The first credentials that draw on it, worst first. */
  readonly members: readonly MemberWords[];
  /** `and 12 more`; undefined when all are named. */
  readonly more: string | undefined;
  /** `Login`, `Anonymous`, or `4 credentials, one bucket`. */
  readonly kind: string;
  readonly source: (SourceWords & { readonly path: string }) | undefined;
  /** `Shared with ci (prod-eu)`, of another Headroom; undefined where it is not known to be. */
  readonly sharedInFleet: string | undefined;
  readonly amount: Amount;
  readonly sparkline: Sparkline | undefined;
  /** `58 pulls`; undefined where it is not known. */
  readonly spent: string | undefined;
  readonly outlook: OutlookWords | undefined;
  /** When Docker Hub last said something about the limit. */
  readonly lastAnswer: Moment | undefined;
  /** When it was last asked, where that was later and in vain. */
  readonly lastAttempt: Moment | undefined;
  readonly problems: readonly BucketProblem[];
  /** The credential that is asked for when somebody wants to know now. */
  readonly pollName: string;
}

/** A credential that draws on a bucket. */
export interface MemberWords {
  readonly name: string;
  /** Below the root of all pages. */
  readonly path: string;
  /** `through a proxy`; undefined when it leaves by the usual way. */
  readonly route: string | undefined;
  /** Its state, where that is not the bucket's. */
  readonly state: StatusWords | undefined;
}

/** What is wrong, and with whom. */
export interface BucketProblem extends Problem {
  /** `ci and nightly`; undefined when it concerns all. */
  readonly whose: string | undefined;
}

/** What a card needs to know beside its bucket. */
export interface CardSources {
  courseOf(name: string): RecentUsage | undefined;
  routeOf(name: string): Route | undefined;
  /** Keeps one broken bucket from breaking the page; without a report unless given. */
  readonly contain?: Containment | undefined;
  /** Credentials of other Headrooms that report a source, by what they are called here. */
  fleetNamesOf(source: Source): readonly string[];
}

/** How many credentials a card names. */
const NAMED = 4;
/** How many credentials a card looks at for what is wrong: they mostly share it. */
const LOOKED_AT = 50;
/** How much of a name is shown, in characters. */
const NAME_LENGTH = 60;

/**
 * Finishes one bucket for the view.
 * @param now milliseconds since the epoch
 */
export function toBucketCard(bucket: BucketSnapshot, sources: CardSources, now: number): BucketCard {
  const { status, members, source, representative: spokesman } = bucket;
  const [worst] = members as [Member];
  const { outlook, lastSuccessAt } = spokesman;
  const course = spokesman.limited && sources.courseOf(spokesman.name);
  const askedAt = worst.snapshot.latest?.at;
  const isAskedInVain = askedAt !== undefined && !worst.snapshot.up && askedAt !== lastSuccessAt;
  return {
    id: bucketIdOf(bucket),
    status,
    state: STATUS_WORDS[status],
    members: members.slice(0, NAMED).map((member) => toMemberWords(member, status, sources)),
    more: members.length > NAMED ? `and ${formatCount(members.length - NAMED)} more` : undefined,
    kind: whoWords(members),
    source: source && {
      ...describeSource(source, worst.snapshot.name, [worst.snapshot.name], outlook?.pool),
      path: `buckets/${encodeURIComponent(source.value)}`,
    },
    sharedInFleet: source && elsewhereWords(sources.fleetNamesOf(source)),
    amount: toAmount(spokesman),
    sparkline: toSparkline(course),
    spent: course?.spentLastHour === undefined ? undefined : countNoun(course.spentLastHour, 'pull'),
    outlook: outlook && outlookWords(outlook, now),
    lastAnswer: lastSuccessAt === undefined ? undefined : toMoment(lastSuccessAt, now),
    lastAttempt: isAskedInVain ? toMoment(askedAt, now) : undefined,
    problems: problemsOfBucket(members),
    pollName: worst.snapshot.name,
  };
}

/** A bucket of which only is shown who draws on it, and that the rest cannot be shown. */
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
    members: members.slice(0, NAMED).map((member) => toMemberWords(member, 'failing', sources)),
    more: undefined,
    kind: whoWords(members),
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

function whoWords(members: readonly Member[]): string {
  const [only] = members;
  if (members.length === 1 && only) return only.snapshot.hasLogin ? 'Login' : 'Anonymous';
  return `${countNoun(members.length, 'credential')}, one bucket`;
}

function elsewhereWords(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `Shared with ${listNames(names)}`;
}

/** What several credentials suffer from alike is told once, with their names. */
function problemsOfBucket(members: readonly Member[]): BucketProblem[] {
  const found = new Map<string, { problem: Problem; names: string[] }>();
  for (const { snapshot } of members.slice(0, LOOKED_AT)) {
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
