import type { FleetView } from '../domain/fleet.ts';
import type { ForeseenView } from '../domain/outlook.ts';
import { compareStandings, STANDINGS, type Standing } from '../domain/standing.ts';
import { type BucketMember, groupByBucket } from './bucket-members.ts';
import { type CredentialCard, toCredentialCard } from './credential-card.ts';
import { answerDeploy, type DeployAnswer } from './deploy-answer.ts';
import { bucketMembersOf } from './fleet-labels.ts';
import { type FleetSection, toFleetSection } from './fleet-section.ts';
import type { Page } from './page.ts';
import { STANDING_WORDS, type StandingWords, type Tone } from './standing-words.ts';
import { countNoun, formatCount } from './text-words.ts';
import { type Moment, toMoment } from './time-words.ts';

/** The page `/`, finished: every text as it is shown. */
export interface OverviewPage extends Page {
  /** The browser's title: the worst state, and how many credentials are in it. */
  readonly title: string;
  /** The tone of the worst state, for the favicon. */
  readonly tone: Tone;
  readonly answer: DeployAnswer & { readonly icon: string };
  /** How many credentials there are in each state that occurs, worst first. */
  readonly tallies: readonly Tally[];
  /** `3 credentials`. */
  readonly total: string;
  /** Cards read well up to two dozen; more than that are rows. */
  readonly density: 'cards' | 'rows';
  /** Worst first, then by name. The first of each state carries the anchor its tally points at. */
  readonly cards: readonly (CredentialCard & { readonly anchor: string | undefined })[];
  /** The other Headrooms; undefined where nobody looks for them. */
  readonly fleet: FleetSection | undefined;
  /** When this was true. */
  readonly madeAt: Moment;
}

/** How many credentials are in one state. */
export interface Tally extends StandingWords {
  readonly count: string;
  /** The anchor of the first credential in this state. */
  readonly anchor: string;
}

/** More credentials than this are shown as rows. */
const MAX_CARDS = 24;
const ANSWER_ICONS = { bad: 'empty', warn: 'warning', good: 'check', neutral: 'clock' } as const;
const BY_NAME = new Intl.Collator('en', { numeric: true });

/**
 * Finishes the overview of all credentials as of `now` (milliseconds since the epoch). The answer and the title speak of
 * this Headroom alone: whoever deploys here pulls here.
 */
export function toOverviewPage(
  views: readonly ForeseenView[],
  fleet: FleetView | undefined,
  now: number,
): OverviewPage {
  const namesInBucket = groupByBucket([...views, ...bucketMembersOf(fleet)]);
  const cards = toCards(views, namesInBucket, now);
  const counts = countStandings(cards);
  const [worst] = counts;
  const answer = answerDeploy(views);
  return {
    title: worst ? titleOf(worst.standing, worst.count) : answer.headline,
    tone: worst ? STANDING_WORDS[worst.standing].tone : 'neutral',
    section: 'overview',
    styles: ['overview.css'],
    scripts: ['live.js'],
    answer: { ...answer, icon: ANSWER_ICONS[answer.tone] },
    tallies: counts.map(({ standing, count }) => ({
      ...STANDING_WORDS[standing],
      count: formatCount(count),
      anchor: standing,
    })),
    total: countNoun(cards.length, 'credential'),
    density: cards.length > MAX_CARDS ? 'rows' : 'cards',
    cards: cards.map((card, i) => ({
      ...card,
      anchor: cards[i - 1]?.standing === card.standing ? undefined : card.standing,
    })),
    fleet: fleet && toFleetSection(fleet, namesInBucket, now),
    madeAt: toMoment(now, now),
  };
}

function toCards(
  views: readonly ForeseenView[],
  namesInBucket: (member: BucketMember) => readonly string[],
  now: number,
): CredentialCard[] {
  return views
    .map((view) => toCredentialCard(view, namesInBucket(view), now))
    .sort((a, b) => compareStandings(a.standing, b.standing) || BY_NAME.compare(a.name, b.name));
}

function countStandings(cards: readonly CredentialCard[]): { standing: Standing; count: number }[] {
  const counts = STANDINGS.map((standing) => ({
    standing,
    count: cards.filter((card) => card.standing === standing).length,
  }));
  return counts.filter(({ count }) => count > 0);
}

function titleOf(worst: Standing, count: number): string {
  const { label, tone } = STANDING_WORDS[worst];
  return tone === 'good' ? label : `${label} (${formatCount(count)})`;
}
