import { toWellFormed } from '../../../kit/foreign-text.ts';
import { hasSaneNumbers } from '../../believable.ts';
import { BLOCKS, FAILURES } from '../../failure.ts';
import { type Alert, bareAlert } from '../alert.ts';
import type { Transition } from '../delivery/notification.ts';
import { clauseSentence, factsWords } from './facts.ts';
import { forecastWords, shortForecastWords } from './forecast.ts';
import { credentialsWords, headlineWords } from './headline.ts';
import { type Words, words } from './words.ts';

/** Returns what to do now; undefined once the alert has ended. */
function adviceWords(alert: Alert): Words | undefined {
  if (alert.state === 'resolved') return undefined;
  return words`${sentences(alert)}`;
}

function sentences({ when, subject, facts }: Alert): string {
  const isAddress = subject.source?.kind === 'ipv4' || subject.source?.kind === 'ipv6';
  switch (when) {
    case 'exhausted':
      return isAddress
        ? 'Hold rollouts and builds back until pulls return. What cannot wait: sign in, since a login has pulls of its own, or pull from a mirror.'
        : 'Hold rollouts and builds back until pulls return. What cannot wait: pull from a mirror, or with another account.';
    case 'low':
    case 'running_out':
      return isAddress
        ? 'Hold back rollouts and builds that can wait. Sign in for the rest, or pull it from a mirror, before it is empty.'
        : 'Hold back rollouts and builds that can wait. Move the rest to a mirror, or to another account, before it is empty.';
    case 'rejected':
      return clauseSentence(facts.trouble?.advice ?? FAILURES.unauthorized.advice);
    case 'blocked':
      return clauseSentence(facts.trouble?.advice ?? BLOCKS.abuse.advice);
    case 'unreachable':
      return clauseSentence(facts.trouble?.advice ?? FAILURES.connect.advice);
    case 'downgraded':
      return 'Check that the login still works and which plan it has, and whether a proxy or mirror drops it on the way. Until then its pulls are counted with all others from this address.';
    case 'changed':
      return 'Nothing is broken. Check that rollouts and builds fit into the new limit.';
  }
}

/** The texts of one alert, in the order in which a reader needs them. */
export interface AlertWords {
  /** What happened, and to what: one line without a full stop. */
  readonly headline: Words;
  /** How much is left and since when; how long it lasted, once it has ended. */
  readonly facts: Words;
  /** Who draws on the subject: `ci, nat-b and web draw on it.`; undefined if the headline names the only one. */
  readonly credentials: Words | undefined;
  /** When the bucket will be empty and when pulls return, as ranges; undefined for other conditions. */
  readonly forecast: Words | undefined;
  /** The forecast in one sentence, for one alert of many; undefined if there is none. */
  readonly shortForecast: Words | undefined;
  /** What to do now; undefined once it has ended. */
  readonly advice: Words | undefined;
  /** Why the details are left out, for the log; undefined if they are not. */
  readonly fault: string | undefined;
}

/** The text in place of the details of an alert that cannot be shown. */
export const DETAILS_UNAVAILABLE = 'The details of this alert cannot be shown.';

/**
 * Returns the texts of an alert. Never throws: if the facts cannot be put into words, the texts say what
 * happened, and that the details cannot be shown.
 * @param transition a repeat says "still"
 * @param now milliseconds since the epoch: when the message is sent
 */
export function alertWords(alert: Alert, transition: Transition, now: number): AlertWords {
  try {
    const { pendingAt, firedAt, resolvedAt, facts } = alert;
    if (!hasSaneNumbers([pendingAt, firedAt, resolvedAt, facts])) {
      throw new RangeError('One of its numbers is not believable');
    }
    return completeWords(alert, transition, now);
  } catch (error) {
    return wordsWithoutDetails(bareAlert(alert, now), transition, error);
  }
}

function completeWords(alert: Alert, transition: Transition, now: number): AlertWords {
  return {
    headline: headlineWords(alert, transition),
    facts: factsWords(alert, now),
    credentials: credentialsWords(alert),
    forecast: forecastWords(alert, now),
    shortForecast: shortForecastWords(alert, now),
    advice: adviceWords(alert),
    fault: undefined,
  };
}

function wordsWithoutDetails(alert: Alert, transition: Transition, error: unknown): AlertWords {
  return {
    headline: headlineWords(alert, transition),
    facts: words`${DETAILS_UNAVAILABLE}`,
    credentials: credentialsWords(alert),
    forecast: undefined,
    shortForecast: undefined,
    advice: undefined,
    fault: error instanceof Error ? error.message : String(error),
  };
}
