import type { Route } from '../../domain/credential.ts';
import type { RecentCourse } from '../../domain/forecast/recent-course.ts';
import type { Source } from '../../domain/rate-limit.ts';
import type { Standing } from '../../domain/status.ts';
import { countNoun, formatCount } from '../../domain/wording.ts';
import type { Containment } from '../../kit/contain.ts';
import { type Sparkline, toSparkline } from '../charts/sparkline.ts';
import {
  describeRoute,
  describeSource,
  type Problem,
  problemsOf,
  type SourceWords,
  STANDING_WORDS,
  type StandingWords,
} from '../credential-words.ts';
import { type OutlookWords, outlookWords } from '../forecast-words.ts';
import { listNames, type Moment, toMoment, toPlainText } from '../text.ts';
import { type BucketView, bucketIdOf, type Member } from './buckets.ts';
import { type Amount, toAmount, toSentences } from './credential-card.ts';

/** One bucket on the overview, finished for the view. */
export interface BucketCard {
  readonly id: string;
  readonly standing: Standing;
  readonly state: StandingWords;
  /** The first credentials that draw on it, worst first. */
  readonly members: readonly MemberWords[];
  /** `and 12 more`; undefined when all are named. */
  readonly more: string | undefined;
  /** `Login`, `Anonymous`, or `4 credentials, one bucket`. */
  readonly who: string;
  readonly source: (SourceWords & { readonly path: string }) | undefined;
  /** `Shared with ci (prod-eu)`, of another Headroom; undefined where it is not known to be. */
  readonly elsewhere: string | undefined;
  readonly amount: Amount;
  readonly sparkline: Sparkline | undefined;
  /** `58 pulls`; undefined where it is not known. */
  readonly spent: string | undefined;
  readonly outlook: OutlookWords | undefined;
  /** When Docker Hub last said something about the limit. */
  readonly answered: Moment | undefined;
  /** When it was last asked, where that was later and in vain. */
  readonly asked: Moment | undefined;
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
  readonly state: StandingWords | undefined;
}

/** What is wrong, and with whom. */
export interface BucketProblem extends Problem {
  /** `ci and nightly`; undefined when it concerns all. */
  readonly whose: string | undefined;
}

/** What a card needs to know beside its bucket. */
export interface CardSources {
  courseOf(name: string): RecentCourse | undefined;
  routeOf(name: string): Route | undefined;
  /** Keeps one broken bucket from breaking the page; without a report unless given. */
  readonly contain?: Containment | undefined;
  /** Credentials of other Headrooms that report a source, by what they are called here. */
  elsewhere(source: Source): readonly string[];
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
export function toBucketCard(bucket: BucketView, sources: CardSources, now: number): BucketCard {
  const { standing, members, source, spokesman } = bucket;
  const [worst] = members as [Member];
  const { outlook, lastSuccessAt } = spokesman;
  const course = spokesman.limited && sources.courseOf(spokesman.name);
  const askedAt = worst.view.latest?.at;
  const isAskedInVain = askedAt !== undefined && !worst.view.up && askedAt !== lastSuccessAt;
  return {
    id: bucketIdOf(bucket),
    standing,
    state: STANDING_WORDS[standing],
    members: members.slice(0, NAMED).map((member) => toMemberWords(member, standing, sources)),
    more: members.length > NAMED ? `and ${formatCount(members.length - NAMED)} more` : undefined,
    who: whoWords(members),
    source: source && {
      ...describeSource(source, worst.view.name, [worst.view.name], outlook?.pool),
      path: `buckets/${encodeURIComponent(source.value)}`,
    },
    elsewhere: source && elsewhereWords(sources.elsewhere(source)),
    amount: toAmount(spokesman),
    sparkline: toSparkline(course),
    spent: course?.spentLastHour === undefined ? undefined : countNoun(course.spentLastHour, 'pull'),
    outlook: outlook && outlookWords(outlook, now),
    answered: lastSuccessAt === undefined ? undefined : toMoment(lastSuccessAt, now),
    asked: isAskedInVain ? toMoment(askedAt, now) : undefined,
    problems: problemsOfBucket(members),
    pollName: worst.view.name,
  };
}

/** A bucket of which only is shown who draws on it, and that the rest cannot be shown. */
export function brokenBucketCard(bucket: BucketView, sources: CardSources): BucketCard {
  const { members } = bucket;
  const [worst] = members as [Member];
  const problem = {
    meaning: 'This bucket cannot be shown',
    advice: 'Please report it with the line of the log that names it',
    detail: undefined,
  };
  return {
    id: bucketIdOf(bucket),
    standing: 'failing',
    state: STANDING_WORDS.failing,
    members: members.slice(0, NAMED).map((member) => toMemberWords(member, 'failing', sources)),
    more: undefined,
    who: whoWords(members),
    source: undefined,
    elsewhere: undefined,
    amount: toAmount({ limited: undefined, enforced: undefined, up: false }),
    sparkline: undefined,
    spent: undefined,
    outlook: undefined,
    answered: undefined,
    asked: undefined,
    problems: [{ ...toSentences(problem), whose: undefined }],
    pollName: worst.view.name,
  };
}

function toMemberWords({ view, standing }: Member, bucket: Standing, sources: CardSources): MemberWords {
  const route = sources.routeOf(view.name);
  return {
    name: toPlainText(view.name, NAME_LENGTH),
    path: `credentials/${encodeURIComponent(view.name)}`,
    route: route && describeRoute(route),
    state: standing === bucket ? undefined : STANDING_WORDS[standing],
  };
}

function whoWords(members: readonly Member[]): string {
  const [only] = members;
  if (members.length === 1 && only) return only.view.hasLogin ? 'Login' : 'Anonymous';
  return `${countNoun(members.length, 'credential')}, one bucket`;
}

function elsewhereWords(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : `Shared with ${listNames(names)}`;
}

/** What several credentials suffer from alike is told once, with their names. */
function problemsOfBucket(members: readonly Member[]): BucketProblem[] {
  const found = new Map<string, { problem: Problem; names: string[] }>();
  for (const { view } of members.slice(0, LOOKED_AT)) {
    for (const problem of problemsOf(view)) {
      const key = `${problem.meaning}\n${problem.detail ?? ''}`;
      const names = found.get(key)?.names ?? [];
      names.push(toPlainText(view.name, NAME_LENGTH));
      found.set(key, { problem, names });
    }
  }
  return [...found.values()].map(({ problem, names }) => ({
    ...toSentences(problem),
    whose: names.length < members.length ? listNames(names) : undefined,
  }));
}
