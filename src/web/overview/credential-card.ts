import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { LOW_SHARE, type Status, statusOf } from '../../domain/status.ts';
import { formatCount, toSentence } from '../../domain/wording.ts';
import {
  describeSource,
  type Problem,
  problemsOf,
  type SourceWords,
  STATUS_WORDS,
  type StatusWords,
} from '../credential-words.ts';
import { describeOutlook } from '../forecast-words.ts';
import { type Moment, toMoment, toPlainText, windowWords } from '../text.ts';

/** One credential on a page, finished for the template. */
export interface CredentialCard {
  readonly name: string;
  /** `Login` or `Anonymous`; undefined if not known. */
  readonly kind: string | undefined;
  readonly status: Status;
  readonly state: StatusWords;
  readonly amount: Amount;
  readonly source: SourceWords | undefined;
  /** The forecast: `Used up in 40 minutes to 2 hours`; undefined if too little is known. */
  readonly outlook: string | undefined;
  /** Time of the newest answer with numbers; undefined if there was none. */
  readonly lastAnswer: Moment | undefined;
  /** Time of the newest probe, if that failed; otherwise undefined. */
  readonly lastAttempt: Moment | undefined;
  /** Sentences. */
  readonly problems: readonly Problem[];
}

/** The pulls left, as text. `remaining` is the large text. */
export interface Amount {
  readonly remaining: string;
  /** The text after `remaining`: `left of 100 pulls`. */
  readonly rest: string;
  /** `per 6 hours`; undefined if there is no limit. */
  readonly window: string | undefined;
  /** Filled share of the bar, in per cent; undefined if not known. */
  readonly filled: string | undefined;
  /** Threshold of "low" on the bar, in per cent; undefined if there is no limit. */
  readonly low: string | undefined;
  /** Whether `remaining` is a number, which is shown larger than words. */
  readonly isCount: boolean;
}

/** Maximum length of a detail, in characters; the API has all of it. */
const MAX_DETAIL_LENGTH = 400;

/**
 * Creates the card of one credential.
 * @param namesOnSource all credentials that report the same source
 * @param now milliseconds since the epoch
 */
export function toCredentialCard(
  snapshot: CredentialSnapshot,
  namesOnSource: readonly string[],
  now: number,
): CredentialCard {
  const status = statusOf(snapshot);
  const { latest, lastSuccessAt, source, outlook } = snapshot;
  const askedInVain = latest !== undefined && latest.at !== lastSuccessAt;
  return {
    name: toPlainText(snapshot.name),
    kind: snapshot.hasLogin ? 'Login' : 'Anonymous',
    status,
    state: STATUS_WORDS[status],
    amount: toAmount(snapshot),
    source: source && describeSource(source, snapshot.name, namesOnSource, outlook?.pool),
    outlook: outlook && describeOutlook(outlook, now),
    lastAnswer: lastSuccessAt === undefined ? undefined : toMoment(lastSuccessAt, now),
    lastAttempt: askedInVain ? toMoment(latest.at, now) : undefined,
    problems: problemsOf(snapshot).map(toSentences),
  };
}

/** Returns the texts of the pulls left, for a credential of this Headroom or of another. */
export function toAmount({
  limited,
  enforced,
  up,
}: Pick<CredentialSnapshot, 'limited' | 'enforced' | 'up'>): Amount {
  if (limited) {
    const { limit, remaining, windowSeconds } = limited;
    const share = limit > 0 ? Math.min(Math.max(remaining / limit, 0), 1) : 0;
    return {
      remaining: formatCount(remaining),
      rest: `${up ? 'left' : 'were left'} of ${formatCount(limit)} pulls`,
      window: windowWords(windowSeconds),
      filled: toPercent(share),
      low: toPercent(LOW_SHARE),
      isCount: true,
    };
  }
  const words = { window: undefined, low: undefined, isCount: false };
  if (enforced === false) {
    return { ...words, remaining: 'No limit', rest: 'on pulls', filled: toPercent(1) };
  }
  const rest = up === undefined ? 'until the first answer' : 'how many pulls are left';
  return { ...words, remaining: 'Not known', rest, filled: undefined };
}

function toPercent(share: number): string {
  return `${Number((share * 100).toFixed(1))}%`;
}

/** A problem as it is shown. */
export function toSentences({ meaning, advice, detail }: Problem): Problem {
  return {
    meaning: toSentence(meaning),
    advice: advice && toSentence(advice),
    detail: detail && toPlainText(detail, MAX_DETAIL_LENGTH),
  };
}
