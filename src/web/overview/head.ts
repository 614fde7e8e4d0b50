import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { FAILURES, type FailureReason } from '../../domain/failure.ts';
import { STATUSES, type Status, statusOf } from '../../domain/status.ts';
import { formatCount, toSentence } from '../../domain/wording.ts';
import { STATUS_WORDS, type StatusWords, type Tone } from '../credential-words.ts';
import { type Moment, toMoment, toPlainText } from '../text.ts';
import { type AnswerWithForecast, answerWithForecast } from './deploy-answer.ts';
import { type OverviewQuery, overviewUrl } from './query.ts';

/** A problem that every credential has, mostly that Docker Hub cannot be reached. Texts are sentences. */
export interface SharedProblem {
  readonly headline: string;
  readonly meaning: string;
  /** The exact observation, foreign text; undefined if there is none. */
  readonly detail: string | undefined;
  /** The first remedy. */
  readonly advice: string;
  /**
   * A shell command that tests the connection to Docker Hub; undefined if the connection is not the problem.
   */
  readonly command: string | undefined;
}

/** Failures of the connection to Docker Hub. */
const CONNECTION_FAILURES: ReadonlySet<FailureReason> = new Set([
  'timeout',
  'dns',
  'connect',
  'proxy',
  'tls',
  'reset',
  'malformed_response',
  'unexpected_response',
]);
/** Docker Hub answers every request for this URL with 401, so any answer shows that it can be reached. */
const TEST_COMMAND = 'curl -sS -o /dev/null -w "%{http_code}\\n" https://registry-1.docker.io/v2/';
/** Maximum length of a detail, in characters; the API has all of it. */
const DETAIL_LENGTH = 400;

/**
 * Returns the problem that all credentials share: their newest probes failed for the same reason. Undefined
 * otherwise.
 */
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
  const isConnectionFailure = CONNECTION_FAILURES.has(reason);
  return {
    headline: isConnectionFailure ? 'Docker Hub cannot be reached' : 'No usable answer from Docker Hub',
    meaning: toSentence(meaning),
    detail: toPlainText(detail, DETAIL_LENGTH) || undefined,
    advice: toSentence(advice),
    command: isConnectionFailure ? TEST_COMMAND : undefined,
  };
}

/** The part of the overview above the cards. It changes with every result. */
export interface OverviewHead {
  /** Title of the page: the worst status, and the number of credentials in it. */
  readonly title: string;
  /** Tone of the worst status, for the favicon. */
  readonly tone: Tone;
  readonly answer: AnswerWithForecast & { readonly icon: string };
  /** Number of credentials in each status that occurs, worst first. */
  readonly tallies: readonly Tally[];
  /** Time of the page. */
  readonly madeAt: Moment;
}

/** Number of credentials in one status. */
interface Tally extends StatusWords {
  readonly status: Status;
  readonly count: string;
  /** URL that filters by this status, or removes that filter. */
  readonly url: string;
  readonly isCurrent: boolean;
}

const ANSWER_ICONS = { bad: 'empty', warn: 'warning', good: 'check', neutral: 'clock' } as const;

/**
 * Creates the part of the overview above the cards.
 * @param query the current filter and order
 * @param now milliseconds since the epoch
 */
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
