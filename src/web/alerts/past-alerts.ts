import type { AlertEvent } from '../../domain/alerts/lifecycle/alert-store.ts';
import { alertWords } from '../../domain/alerts/wording/alert-text.ts';
import { plainText } from '../../domain/alerts/wording/words.ts';
import { type Containment, UNREPORTED } from '../../kit/contain.ts';
import type { Tone } from '../credential-words.ts';
import { type Moment, toMoment, toPlainText } from '../text.ts';
import { keyWords, SEVERITY_WORDS } from './card.ts';

/** Contains the texts of a past event in the table. */
export interface AlertPastRow {
  readonly at: Moment;
  readonly tone: Tone;
  readonly icon: string;
  /** `Fired`, `Resolved`, `Silenced by ann`. */
  readonly what: string;
  readonly rule: string;
  readonly words: string;
}

/**
 * Returns the texts of events, the newest first. Events of pending alerts are omitted.
 * @param now current time in milliseconds since the epoch
 * @param contain replaces an event that cannot be shown by a placeholder. Default: without a report.
 */
export function toPastRows(
  events: readonly AlertEvent[],
  now: number,
  contain: Containment = UNREPORTED,
): AlertPastRow[] {
  return events
    .flatMap(
      (event, i) =>
        contain.one<AlertPastRow | undefined>(
          'past alerts',
          `event ${i} of ${event.kind}`,
          () => toPastRow(event, now),
          () => brokenRow(now),
        ) ?? [],
    )
    .reverse();
}

function brokenRow(now: number): AlertPastRow {
  const words = 'This event cannot be shown';
  return { at: toMoment(now, now), tone: 'neutral', icon: 'warning', what: 'Unreadable', rule: '', words };
}

function toPastRow(event: AlertEvent, now: number): AlertPastRow | undefined {
  const at = toMoment(event.at, now);
  switch (event.kind) {
    case 'pending':
      return undefined;
    case 'firing': {
      const { tone, icon } = SEVERITY_WORDS[event.alert.severity];
      const words = plainText(alertWords(event.alert, 'fire', event.at).headline);
      return { at, tone, icon, what: 'Fired', rule: event.alert.rule, words };
    }
    case 'resolved': {
      const words = plainText(alertWords(event.alert, 'resolve', event.at).headline);
      return { at, tone: 'good', icon: 'check', what: 'Resolved', rule: event.alert.rule, words };
    }
    case 'silenced':
    case 'acknowledged':
    case 'unsilenced': {
      const { author, comment, rule, subjectKey } = event.silence;
      const verb = { silenced: 'Silenced', acknowledged: 'Acknowledged', unsilenced: 'Silence ended' }[
        event.kind
      ];
      return {
        at,
        tone: 'neutral',
        icon: 'clock',
        what: event.kind === 'unsilenced' ? verb : `${verb} by ${toPlainText(author, 100)}`,
        rule: rule ?? 'All rules',
        words: [keyWords(subjectKey), toPlainText(comment, 200)].filter(Boolean).join(': '),
      };
    }
  }
}
