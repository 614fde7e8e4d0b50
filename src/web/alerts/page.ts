import { bareAlert } from '../../domain/alerts/alert.ts';
import type { ReceiverHealth } from '../../domain/alerts/delivery/notification.ts';
import type { AlertService } from '../../domain/alerts/lifecycle/alert-service.ts';
import { DETAILS_UNAVAILABLE } from '../../domain/alerts/wording/alert-text.ts';
import type { CredentialState } from '../../domain/credential-state.ts';
import { countNoun, formatCount } from '../../domain/wording.ts';
import { type Containment, UNREPORTED } from '../../kit/contain.ts';
import type { Tone } from '../credential-words.ts';
import type { Page } from '../page.ts';
import { type Moment, toMoment, toPlainText } from '../text.ts';
import { SILENCE_DURATIONS } from './alert-request.ts';
import {
  type AlertCard,
  keyWords,
  type SilenceLine,
  type SubjectChoice,
  subjectChoices,
  toAlertCard,
  toSilenceLine,
} from './card.ts';
import { type AlertPastRow, toPastRows } from './past-alerts.ts';

/** How a receiver fares, in a row of a table. */
interface ReceiverRow {
  readonly name: string;
  readonly tone: Tone;
  readonly icon: string;
  /** `Delivers`, `Fails`, `Nothing sent yet`. */
  readonly state: string;
  readonly queued: string;
  readonly sent: string;
  readonly failed: string;
  readonly lastSent: Moment | undefined;
  readonly lastError: { readonly at: Moment; readonly message: string } | undefined;
}

const ERROR_LENGTH = 300;

/** Finishes the health of a receiver for the view. */
export function toReceiverRow(health: ReceiverHealth, now: number): ReceiverRow {
  const { name, queued, sent, failed, lastSentAt, lastError } = health;
  return {
    name: toPlainText(name, 100),
    ...stateOf(health),
    queued: formatCount(queued),
    sent: formatCount(sent),
    failed: formatCount(failed),
    lastSent: lastSentAt === undefined ? undefined : toMoment(lastSentAt, now),
    lastError: lastError && {
      at: toMoment(lastError.at, now),
      message: toPlainText(lastError.message, ERROR_LENGTH),
    },
  };
}

function stateOf({ lastError, sent }: ReceiverHealth): Pick<ReceiverRow, 'tone' | 'icon' | 'state'> {
  if (lastError) return { tone: 'bad', icon: 'unplugged', state: 'Fails' };
  if (sent > 0) return { tone: 'good', icon: 'check', state: 'Delivers' };
  return { tone: 'neutral', icon: 'clock', state: 'Nothing sent yet' };
}

/** The page `/alerts`, finished: every text as it is shown. */
export interface AlertsPage extends Page {
  readonly tone: Tone;
  readonly headline: string;
  readonly reason: string;
  readonly icon: string;
  /** What became of what was asked for just now, or why it could not be done. */
  readonly notice: { readonly text: string; readonly tone: Tone } | undefined;
  /** Firing, then pending; a group without alerts is not there. */
  readonly groups: readonly AlertGroup[];
  readonly silences: readonly (SilenceLine & { readonly subject: string; readonly rule: string })[];
  readonly past: readonly AlertPastRow[];
  readonly receivers: readonly ReceiverRow[];
  readonly subjects: readonly SubjectChoice[];
  readonly durations: typeof SILENCE_DURATIONS;
  /** The newest event that the page knows of. */
  readonly eventId: string;
  readonly madeAt: Moment;
}

/** Alerts in one state. */
interface AlertGroup {
  readonly id: 'firing' | 'pending';
  readonly title: string;
  /** Those that nobody holds back first. */
  readonly cards: readonly AlertCard[];
}

/** How far back the past goes, in milliseconds: 14 days. */
const PAST_MS = 14 * 86_400_000;
/** How many events of it are read at most. */
const MOST_EVENTS = 200;

const NOTICES = {
  silenced: 'Silenced: nobody is told of it until the silence ends.',
  acknowledged: 'Acknowledged: nobody is told of it again until it is resolved.',
  ended: 'Ended: whoever should be told of it is told again.',
  gone: 'There was no such silence any more.',
} as const;

/** What a form has led to; part of the address that it leads back to. */
export type AlertsDone = keyof typeof NOTICES;

/** What the page says about `?done=…`; undefined for anything else. */
export function noticeOf(done: unknown): AlertsPage['notice'] {
  if (typeof done !== 'string' || !Object.hasOwn(NOTICES, done)) return undefined;
  return { text: NOTICES[done as AlertsDone], tone: done === 'gone' ? 'warn' : 'good' };
}

/** What the page is made of. */
interface AlertsParts extends Pick<AlertsPage, 'notice' | 'eventId'> {
  readonly service: AlertService;
  /** Keeps one broken alert from breaking the page; without a report unless given. */
  readonly contain?: Containment | undefined;
  /** All credentials, in the order of the configuration. */
  readonly states: readonly CredentialState[];
  /** The page as messages call it, with a slash at its end. */
  readonly pageUrl: string | undefined;
}

/** Finishes the page of all alerts as of `now` (milliseconds since the epoch). */
export function toAlertsPage(
  { service, states, pageUrl, eventId, notice, contain = UNREPORTED }: AlertsParts,
  now: number,
): AlertsPage {
  const silences = service.silences();
  const cards = service.alerts().map((alert) =>
    contain.one(
      'alerts page',
      alert.fingerprint,
      () => toAlertCard(alert, silences, pageUrl, now),
      () => ({ ...toAlertCard(bareAlert(alert, now), [], pageUrl, now), sentences: [DETAILS_UNAVAILABLE] }),
    ),
  );
  const firing = cards.filter(({ state }) => state === 'firing');
  const pending = cards.filter(({ state }) => state === 'pending');
  const loud = firing.filter(({ silence }) => !silence);
  return {
    title: firing.length > 0 ? `${countNoun(firing.length, 'alert')} firing` : 'Alerts',
    section: 'alerts',
    styles: ['alerts.css'],
    scripts: ['detail-live.js'],
    ...answerOf(firing, loud, pending),
    notice,
    groups: groupsOf([...loud, ...firing.filter(({ silence }) => silence)], pending),
    silences: silences.map((silence) => ({
      ...toSilenceLine(silence, now),
      subject: keyWords(silence.subjectKey),
      rule: silence.rule ?? 'All rules',
    })),
    past: toPastRows(service.events(now - PAST_MS, now + 1, MOST_EVENTS), now, contain),
    receivers: service.receivers().map((health) => toReceiverRow(health, now)),
    subjects: subjectChoices(states),
    durations: SILENCE_DURATIONS,
    eventId,
    madeAt: toMoment(now, now),
  };
}

function groupsOf(firing: readonly AlertCard[], pending: readonly AlertCard[]): AlertGroup[] {
  const groups: AlertGroup[] = [
    { id: 'firing', title: 'Firing', cards: firing },
    { id: 'pending', title: 'Pending', cards: pending },
  ];
  return groups.filter(({ cards }) => cards.length > 0);
}

function answerOf(
  firing: readonly AlertCard[],
  loud: readonly AlertCard[],
  pending: readonly AlertCard[],
): Pick<AlertsPage, 'tone' | 'headline' | 'reason' | 'icon'> {
  const [worst] = loud;
  const waiting = pending.length > 0 ? ` ${formatCount(pending.length)} more may fire soon.` : '';
  if (worst) {
    const { tone, icon } = worst.severity;
    return {
      tone,
      icon,
      headline: `${countNoun(loud.length, 'alert')} firing`,
      reason: `${worst.headline}.${waiting}`,
    };
  }
  if (firing.length > 0) {
    const reason = `${countNoun(firing.length, 'alert')} firing, and somebody is at work on all of it.${waiting}`;
    return { tone: 'neutral', icon: 'check', headline: 'Nothing new is firing', reason };
  }
  const reason = pending.length > 0 ? waiting.trim() : 'Every rule is content.';
  return { tone: 'good', icon: 'check', headline: 'Nothing is firing', reason };
}
