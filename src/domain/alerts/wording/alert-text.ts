import { hasSaneNumbers } from '../../believable.ts';
import type { Alert } from '../alert.ts';
import { bareAlert } from '../bare-alert.ts';
import type { Transition } from '../delivery/notification.ts';
import { adviceWords } from './advice.ts';
import { factsWords } from './facts.ts';
import { forecastWords, outlookWords } from './forecast.ts';
import { headlineWords } from './headline.ts';
import { type Words, words } from './parts.ts';
import { drawersWords } from './subject.ts';

/** What the person who is woken must know, in the order in which they ask. */
export interface AlertWords {
  /** What happened, and to whom: one line without a full stop. */
  readonly headline: Words;
  /** How much is left of what, and since when; how long it lasted, once it is over. */
  readonly facts: Words;
  /** Who draws on it: `ci, nat-b and web draw on it.`; undefined where the headline names the only one. */
  readonly drawers: Words | undefined;
  /** When it runs dry and comes back, as ranges; undefined where that is not the matter. */
  readonly forecast: Words | undefined;
  /** The same in one sentence, for one of many; undefined where there is nothing to foresee. */
  readonly outlook: Words | undefined;
  /** What to do now; undefined once it is over. */
  readonly advice: Words | undefined;
  /** Why the details are left out, for the log; undefined where they are not. */
  readonly fault: string | undefined;
}

/** What is said in place of the details of an alert that cannot be shown. */
export const DETAILS_LOST = 'The details of this alert cannot be shown.';

/**
 * Puts an alert into words. Never throws: of an alert whose facts cannot be put into words it is said what happened to
 * whom, and that the details cannot be shown.
 * @param transition a repeat says "still"
 * @param now milliseconds since the epoch: when it is told
 */
export function alertWords(alert: Alert, transition: Transition, now: number): AlertWords {
  try {
    const { pendingAt, firedAt, resolvedAt, facts } = alert;
    if (!hasSaneNumbers([pendingAt, firedAt, resolvedAt, facts])) {
      throw new RangeError('One of its numbers is not believable');
    }
    return wordsOf(alert, transition, now);
  } catch (error) {
    return wordsWithoutDetails(bareAlert(alert, now), transition, error);
  }
}

function wordsOf(alert: Alert, transition: Transition, now: number): AlertWords {
  return {
    headline: headlineWords(alert, transition),
    facts: factsWords(alert, now),
    drawers: drawersWords(alert),
    forecast: forecastWords(alert, now),
    outlook: outlookWords(alert, now),
    advice: adviceWords(alert),
    fault: undefined,
  };
}

function wordsWithoutDetails(alert: Alert, transition: Transition, error: unknown): AlertWords {
  return {
    headline: headlineWords(alert, transition),
    facts: words`${DETAILS_LOST}`,
    drawers: drawersWords(alert),
    forecast: undefined,
    outlook: undefined,
    advice: undefined,
    fault: error instanceof Error ? error.message : String(error),
  };
}
