import { countNoun, formatCount } from '../../wording.ts';
import type { Alert } from '../alert.ts';
import type { Notification } from '../delivery/notification.ts';
import { CONDITIONS, SEVERITIES, type Severity } from '../rules/alert-rule.ts';
import { type AlertWords, alertWords } from './alert-text.ts';
import { firingHeadline, resolvedHeadline } from './headline.ts';
import { cleanClause, instant, name, type Words, words } from './words.ts';

/** The texts of a message about one alert, or about several that began or ended together. */
export interface NotificationWords {
  /**
   * The urgency in one word: `Critical`, `Warning`, `Info`, `Resolved`, `Acknowledged`, `Silenced`; undefined for a
   * test, whose headline and facts begin with TEST.
   */
  readonly status: string | undefined;
  /** Decides colour and sound. */
  readonly tone: Tone;
  /** What happened, in one line without a full stop. */
  readonly headline: Words;
  /** Status and headline: `Critical: Docker Hub pulls are used up for 203.0.113.7`. */
  readonly title: Words;
  /**
   * Who acknowledged it and until when, or how many other alerts of the group still fire; undefined in other
   * cases.
   */
  readonly note: Words | undefined;
  /** The comment of the acknowledgement or silence; undefined if it is empty. */
  readonly comment: string | undefined;
  /** The alerts that are described one by one, the worst first. Never empty. */
  readonly listed: readonly { readonly alert: Alert; readonly words: AlertWords }[];
  /** How many further alerts are only counted. */
  readonly more: number;
}

/** The urgency of a message: the worst severity of what fires, or that it is acknowledged, resolved, or a test. */
export type Tone = Severity | 'resolved' | 'acknowledged' | 'test';

const STATUS: Readonly<Record<Tone, string | undefined>> = {
  critical: 'Critical',
  warning: 'Warning',
  info: 'Info',
  resolved: 'Resolved',
  acknowledged: 'Acknowledged',
  test: undefined,
};
/** What has happened to one alert of several, in a word or two. */
export const CONDITION_LABELS: Readonly<Record<Alert['when'], string>> = {
  exhausted: 'used up',
  low: 'low',
  running_out: 'running out',
  blocked: 'blocked',
  rejected: 'login rejected',
  downgraded: 'metered as anonymous',
  changed: 'limit changed',
  unreachable: 'not answered',
  pulls_refused: 'refusing pods',
  cache_leak: 'leaking cache',
  budget_exceeded: 'over budget',
};

/** How much of a comment is repeated, in UTF-16 code units; the page shows all of it. */
const MAX_COMMENT = 200;

/**
 * Returns the texts of a message.
 * @param maxListed how many alerts are described one by one; the rest is counted
 * @param now milliseconds since the epoch: when the message is sent
 */
export function notificationWords(
  notification: Notification,
  maxListed: number,
  now: number,
): NotificationWords {
  const { alerts, transition, truncatedAlerts, silence } = notification;
  const tone = toneOf(notification);
  const listed = [...alerts]
    .sort(bySeverity)
    .slice(0, maxListed)
    .map((alert) => ({ alert, words: alertWords(alert, transition, now) }));
  const more = alerts.length - listed.length + truncatedAlerts;
  const only = more === 0 && listed.length === 1 ? listed[0] : undefined;
  const status = silence?.kind === 'silence' && tone === 'acknowledged' ? 'Silenced' : STATUS[tone];
  const headline = only?.words.headline ?? groupHeadline(notification);
  return {
    status,
    tone,
    headline,
    title: words`${status && `${status}: `}${headline}`,
    note: tone === 'acknowledged' ? acknowledgedNote(notification, now) : stillFiringNote(notification),
    comment: (tone === 'acknowledged' && silence && cleanClause(silence.comment, MAX_COMMENT)) || undefined,
    listed,
    more,
  };
}

/** Returns the urgency of a message. */
function toneOf({ transition, alerts }: Pick<Notification, 'transition' | 'alerts'>): Tone {
  if (alerts.some(({ subject }) => subject.kind === 'receiver')) return 'test';
  const lasting = alerts.filter(({ state }) => state !== 'resolved');
  if (transition === 'resolve' || lasting.length === 0) return 'resolved';
  if (transition === 'acknowledge') return 'acknowledged';
  return SEVERITIES.find((severity) => lasting.some((alert) => alert.severity === severity)) ?? 'info';
}

function groupHeadline(notification: Notification): Words {
  const { alerts, truncatedAlerts, transition } = notification;
  const count = alerts.length + truncatedAlerts;
  const [first] = alerts;
  const isOver = toneOf(notification) === 'resolved';
  const isAlike = alerts.every(
    ({ when, subject, resolution }) =>
      when === first?.when &&
      subject.kind === first.subject.kind &&
      resolution !== 'removed' &&
      resolution !== 'overtaken',
  );
  if (first && isAlike && truncatedAlerts === 0) {
    const subject = words`${countNoun(count, nounOf(first))}`;
    return isOver ? resolvedHeadline(first.when, subject) : firingHeadline(first.when, subject, transition);
  }
  const counts = CONDITIONS.flatMap((condition) => {
    const alike = alerts.filter(({ when }) => when === condition).length;
    return alike > 0 ? `${formatCount(alike)} ${CONDITION_LABELS[condition]}` : [];
  });
  const rest = truncatedAlerts > 0 ? [`${formatCount(truncatedAlerts)} more`] : [];
  const ending = isOver ? (count === 1 ? ' has ended' : ' have ended') : '';
  return words`${countNoun(count, 'alert')} about Docker Hub${ending}: ${[...counts, ...rest].join(', ')}`;
}

function nounOf({ when, subject }: Alert): string {
  if (when === 'rejected' || when === 'downgraded') return 'login';
  if (subject.kind === 'team') return 'team';
  return subject.kind === 'bucket' ? 'bucket' : 'credential';
}

function acknowledgedNote({ silence }: Notification, now: number): Words | undefined {
  if (!silence) return undefined;
  const author = name(silence.author);
  const until = instant(silence.endsAt, now);
  return silence.kind === 'acknowledgement'
    ? words`${author} works on it. There are no reminders until ${until}.`
    : words`${author} has silenced it until ${until}.`;
}

/**
 * Returns how many alerts of the group still fire; undefined if none do, or the message is no resolve
 * notification.
 */
function stillFiringNote({ transition, stillFiring = 0 }: Notification): Words | undefined {
  if (transition !== 'resolve' || stillFiring === 0) return undefined;
  return words`${countNoun(stillFiring, 'other')} still ${stillFiring === 1 ? 'fires' : 'fire'}.`;
}

function bySeverity(a: Alert, b: Alert): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
}
