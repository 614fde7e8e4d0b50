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
import { SILENCE_DURATIONS } from './silence-request.ts';

/** Contains the texts of a receiver in the table. */
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

/** Returns the texts of a receiver's health as of `now` (milliseconds since the epoch). */
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

/** The view model of the page `/alerts`, with every text as it is shown. */
export interface AlertsPage extends Page {
  readonly tone: Tone;
  readonly headline: string;
  readonly reason: string;
  readonly icon: string;
  /** The result of the form that was just sent, or why it was rejected. Undefined without a form. */
  readonly notice: { readonly text: string; readonly tone: Tone } | undefined;
  /** Firing alerts, then pending ones. A group without alerts is omitted. */
  readonly groups: readonly AlertGroup[];
  readonly silences: readonly (SilenceLine & { readonly subject: string; readonly rule: string })[];
  readonly past: readonly AlertPastRow[];
  readonly receivers: readonly ReceiverRow[];
  readonly subjects: readonly SubjectChoice[];
  readonly durations: typeof SILENCE_DURATIONS;
  /** The identifier of the newest event that the page contains. */
  readonly eventId: string;
  readonly madeAt: Moment;
}

/** Contains the alerts in one state. */
interface AlertGroup {
  readonly id: 'firing' | 'pending';
  readonly title: string;
  /** Alerts without a silence first. */
  readonly cards: readonly AlertCard[];
}

/** How old past events are at most, in milliseconds (14 days). */
const PAST_MS = 14 * 86_400_000;
/** How many past events are shown at most. */
const MAX_EVENTS = 200;

const NOTICES = {
  silenced: 'Silenced: no notifications are sent until the silence ends.',
  acknowledged: 'Acknowledged: no further notifications are sent until the alert is resolved.',
  ended: 'Ended: notifications are sent again.',
  gone: 'This silence has already ended.',
} as const;

/** The result of a form, in the query `?done=` of the redirect. */
export type AlertsDone = keyof typeof NOTICES;

/** Returns the notice for the query `?done=`; undefined for an unknown value. */
export function noticeOf(done: unknown): AlertsPage['notice'] {
  if (typeof done !== 'string' || !Object.hasOwn(NOTICES, done)) return undefined;
  return { text: NOTICES[done as AlertsDone], tone: done === 'gone' ? 'warn' : 'good' };
}

/** Contains the sources of the page. */
interface AlertsParts extends Pick<AlertsPage, 'notice' | 'eventId'> {
  readonly service: AlertService;
  /** Prevents that one broken alert breaks the page. Default: without a report. */
  readonly contain?: Containment | undefined;
  /** All credentials, in the order of the configuration. */
  readonly states: readonly CredentialState[];
  /** Base URL of the pages in notifications, with a slash at its end. Undefined if there is none. */
  readonly pageUrl: string | undefined;
}

/** Returns the view model of the page of all alerts as of `now` (milliseconds since the epoch). */
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
    past: toPastRows(service.events(now - PAST_MS, now + 1, MAX_EVENTS), now, contain),
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
    const reason = `${countNoun(firing.length, 'alert')} firing, all of them silenced or acknowledged.${waiting}`;
    return { tone: 'neutral', icon: 'check', headline: 'No new alert is firing', reason };
  }
  const reason = pending.length > 0 ? waiting.trim() : 'No rule has a firing or pending alert.';
  return { tone: 'good', icon: 'check', headline: 'No alert is firing', reason };
}
