import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { STANDINGS, type Standing, standingOf } from '../../domain/status.ts';
import { formatCount } from '../../domain/wording.ts';
import { STANDING_WORDS, type StandingWords, type Tone } from '../standing-words.ts';
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
export interface Tally extends StandingWords {
  readonly standing: Standing;
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
  const counts = countStandings(views);
  const [worst] = counts;
  const answer = answerForeseen(views, now);
  return {
    title: worst ? titleOf(worst.standing, worst.count) : answer.headline,
    tone: worst ? STANDING_WORDS[worst.standing].tone : 'neutral',
    answer: { ...answer, icon: ANSWER_ICONS[answer.tone] },
    tallies: counts.map(({ standing, count }) => ({
      ...STANDING_WORDS[standing],
      standing,
      count: formatCount(count),
      url: overviewUrl({ ...query, page: 1, state: standing === query.state ? undefined : standing }),
      isCurrent: standing === query.state,
    })),
    madeAt: toMoment(now, now),
  };
}

function countStandings(views: readonly CredentialSnapshot[]): { standing: Standing; count: number }[] {
  const standings = views.map(standingOf);
  const counts = STANDINGS.map((standing) => ({
    standing,
    count: standings.filter((other) => other === standing).length,
  }));
  return counts.filter(({ count }) => count > 0);
}

function titleOf(worst: Standing, count: number): string {
  const { label, tone } = STANDING_WORDS[worst];
  return tone === 'good' ? label : `${label} (${formatCount(count)})`;
}
