import { formatCount } from '../../domain/count-words.ts';
import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { STATUSES, type Status, statusOf } from '../../domain/status.ts';
import { STATUS_WORDS, type StatusWords, type Tone } from '../status-words.ts';
import { type Moment, toMoment } from '../time-words.ts';
import { answerForeseen, type ForeseenAnswer } from './deploy-answer.ts';
import { type OverviewQuery, overviewUrl } from './query.ts';

/** What is above the cards: it changes with every result. */
export interface OverviewHead {
  /** The browser's title: the worst state, and how many credentials are in it. */
  readonly title: string;
  /** The tone of the worst state, for the favicon. */
  readonly tone: Tone;
  readonly answer: ForeseenAnswer & { readonly icon: string };
  /** How many credentials there are in each state that occurs, worst first. */
  readonly tallies: readonly Tally[];
  /** When this was true. */
  readonly madeAt: Moment;
}

/** How many credentials are in one state. */
export interface Tally extends StatusWords {
  readonly status: Status;
  readonly count: string;
  /** Shows these alone, or all again. */
  readonly url: string;
  readonly isCurrent: boolean;
}

const ANSWER_ICONS = { bad: 'empty', warn: 'warning', good: 'check', neutral: 'clock' } as const;

/** Finishes what is above the cards. */
export function toOverviewHead(
  views: readonly CredentialSnapshot[],
  query: OverviewQuery,
  now: number,
): OverviewHead {
  const counts = countStatuses(views);
  const [worst] = counts;
  const answer = answerForeseen(views, now);
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

function countStatuses(views: readonly CredentialSnapshot[]): { status: Status; count: number }[] {
  const statuses = views.map(statusOf);
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
