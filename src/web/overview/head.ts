import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { FAILURES, type FailureReason } from '../../domain/failure.ts';
import { STATUSES, type Status, statusOf } from '../../domain/status.ts';
import { formatCount, toSentence } from '../../domain/wording.ts';
import { STATUS_WORDS, type StatusWords, type Tone } from '../credential-words.ts';
import { type Moment, toMoment, toPlainText } from '../text.ts';
import { type AnswerWithForecast, answerWithForecast } from './deploy-answer.ts';
import { type OverviewQuery, overviewUrl } from './query.ts';

/** What is wrong with every credential alike: mostly the way to Docker Hub. Sentences. */
export interface SharedProblem {
  readonly headline: string;
  readonly meaning: string;
  /** What exactly was seen; text of others. */
  readonly detail: string | undefined;
  /** What to try first. */
  readonly advice: string;
  /** What tells whether the way is open, for a terminal on this machine. */
  readonly command: string | undefined;
}

/** The reasons that lie between here and Docker Hub. */
const ON_THE_WAY: ReadonlySet<FailureReason> = new Set([
  'timeout',
  'dns',
  'connect',
  'proxy',
  'tls',
  'reset',
  'malformed_response',
  'unexpected_response',
]);
/** Docker Hub asks everybody to log in here, so that any answer shows that the way is open. */
const TRY_THE_WAY = 'curl -sS -o /dev/null -w "%{http_code}\\n" https://registry-1.docker.io/v2/';
/** How much of a detail is shown, in characters; the API has all of it. */
const DETAIL_LENGTH = 400;

/** What all credentials suffer from alike; undefined when there are none, or they do not. */
export function findSharedProblem(snapshots: readonly CredentialSnapshot[]): SharedProblem | undefined {
  const [first] = snapshots;
  const outcome = first?.latest?.outcome;
  if (outcome?.kind !== 'failed') return undefined;
  const { reason, detail } = outcome;
  if (
    !snapshots.every(({ latest }) => latest?.outcome.kind === 'failed' && latest.outcome.reason === reason)
  ) {
    return undefined;
  }
  const { meaning, advice } = FAILURES[reason];
  const isOnTheWay = ON_THE_WAY.has(reason);
  return {
    headline: isOnTheWay ? 'Docker Hub cannot be reached' : 'Docker Hub tells nothing',
    meaning: toSentence(meaning),
    detail: toPlainText(detail, DETAIL_LENGTH) || undefined,
    advice: toSentence(advice),
    command: isOnTheWay ? TRY_THE_WAY : undefined,
  };
}

/** What is above the cards: it changes with every result. */
export interface OverviewHead {
  /** The browser's title: the worst state, and how many credentials are in it. */
  readonly title: string;
  /** The tone of the worst state, for the favicon. */
  readonly tone: Tone;
  readonly answer: AnswerWithForecast & { readonly icon: string };
  /** How many credentials there are in each state that occurs, worst first. */
  readonly tallies: readonly Tally[];
  /** When this was true. */
  readonly madeAt: Moment;
}

/** How many credentials are in one state. */
interface Tally extends StatusWords {
  readonly status: Status;
  readonly count: string;
  /** Shows these alone, or all again. */
  readonly url: string;
  readonly isCurrent: boolean;
}

const ANSWER_ICONS = { bad: 'empty', warn: 'warning', good: 'check', neutral: 'clock' } as const;

/** Finishes what is above the cards. */
export function toOverviewHead(
  snapshots: readonly CredentialSnapshot[],
  query: OverviewQuery,
  now: number,
): OverviewHead {
  const counts = countStatuses(snapshots);
  const [worst] = counts;
  const answer = answerWithForecast(snapshots, now);
  return {
    title: worst ? titleOf(worst.status, worst.count) : answer.headline,
    tone: worst ? STATUS_WORDS[worst.status].tone : 'neutral',
    answer: { ...answer, icon: ANSWER_ICONS[answer.tone] },
    tallies: counts.map(({ status, count }) => ({
      ...STATUS_WORDS[status],
      status,
      count: formatCount(count),
      url: overviewUrl({ ...query, page: 1, state: status === query.state ? undefined : status }),
      isCurrent: status === query.state,
    })),
    madeAt: toMoment(now, now),
  };
}

function countStatuses(snapshots: readonly CredentialSnapshot[]): { status: Status; count: number }[] {
  const statuses = snapshots.map(statusOf);
  const counts = STATUSES.map((status) => ({
    status,
    count: statuses.filter((other) => other === status).length,
  }));
  return counts.filter(({ count }) => count > 0);
}

function titleOf(worst: Status, count: number): string {
  const { label, tone } = STATUS_WORDS[worst];
  return tone === 'good' ? label : `${label} (${formatCount(count)})`;
}
