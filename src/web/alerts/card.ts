import type { Alert, AlertState } from '../../domain/alerts/alert.ts';
import { bucketOf } from '../../domain/alerts/lifecycle/alert-identity.ts';
import type { Silence } from '../../domain/alerts/lifecycle/silence.ts';
import type { Severity } from '../../domain/alerts/rules/alert-rule.ts';
import { alertWords } from '../../domain/alerts/wording/alert-text.ts';
import { plainText } from '../../domain/alerts/wording/words.ts';
import type { CredentialState } from '../../domain/credential-state.ts';
import { toSentence } from '../../domain/wording.ts';
import type { Tone } from '../credential-words.ts';
import { bucketPath, credentialPath } from '../credential-words.ts';
import { listNames, type Moment, toMoment, toPlainText } from '../text.ts';

/** Something whose alerts can be silenced. */
export interface SubjectChoice {
  readonly key: string;
  /** `203.0.113.7 (ci, nat-b)`. */
  readonly words: string;
}

/** How many buckets are offered. */
const MOST_CHOICES = 500;
/** What the keys of subjects begin with. */
const KIND = /^(?:source|credential) /;

/** The buckets there are, and the hub as a whole, in the order of the configuration. */
export function subjectChoices(states: readonly CredentialState[]): SubjectChoice[] {
  const names = new Map<string, string[]>();
  for (const { identity, known } of states) {
    const { key } = bucketOf({ name: identity.name, known });
    names.set(key, [...(names.get(key) ?? []), identity.name]);
  }
  const buckets = [...names].slice(0, MOST_CHOICES).map(([key, members]) => {
    const isItself = members.length === 1 && keyWords(key) === members[0];
    return { key, words: isItself ? keyWords(key) : `${keyWords(key)} (${listNames(members)})` };
  });
  return [...buckets, { key: 'hub', words: 'Docker Hub as a whole' }];
}

/** What a key stands for, in words. */
export function keyWords(key: string): string {
  return key === 'hub' ? 'Docker Hub as a whole' : toPlainText(key.replace(KIND, ''), 120);
}

/** One alert, finished for the view. */
export interface AlertCard {
  readonly fingerprint: string;
  readonly rule: string;
  readonly state: AlertState;
  readonly severity: SeverityWords;
  /** `Docker Hub pulls are low for 203.0.113.7`. */
  readonly headline: string;
  /** Sentences: what is left, what is foreseen, what to do. */
  readonly sentences: readonly string[];
  readonly advice: string | undefined;
  readonly since: Moment;
  /** The way to the page of what it is about, without the root; undefined for the hub as a whole. */
  readonly subjectPath: string | undefined;
  readonly subjectKey: string;
  readonly credentials: string;
  /** Where to read what to do: a way below the root, or an address elsewhere. */
  readonly runbook: { readonly url: string; readonly isOwn: boolean };
  /** Who holds its messages back; undefined where nobody does. */
  readonly silence: SilenceLine | undefined;
}

/** How a severity is shown. */
interface SeverityWords {
  readonly label: string;
  readonly tone: Tone;
  /** Symbol in views/partials/icons.ejs. */
  readonly icon: string;
}

/** A silence or acknowledgement, in words. */
export interface SilenceLine {
  readonly id: string;
  /** `Acknowledged by ann`. */
  readonly words: string;
  readonly comment: string;
  readonly ends: Moment;
}

/** Words, tone and icon of every severity. */
export const SEVERITY_WORDS: Readonly<Record<Severity, SeverityWords>> = {
  critical: { label: 'Critical', tone: 'bad', icon: 'empty' },
  warning: { label: 'Warning', tone: 'warn', icon: 'warning' },
  info: { label: 'Info', tone: 'neutral', icon: 'clock' },
};

const COMMENT_LENGTH = 500;
const WEB = /^https?:\/\//i;

/**
 * Finishes an alert for the view.
 * @param silences all that have not ended
 * @param pageUrl the page as messages call it, with a slash at its end
 */
export function toAlertCard(
  alert: Alert,
  silences: readonly Silence[],
  pageUrl: string | undefined,
  now: number,
): AlertCard {
  const { headline, facts, forecast, advice } = alertWords(alert, 'fire', now);
  const silence = silences.find(({ id }) => id === alert.silencedBy);
  const sentences = [facts, forecast].flatMap((words) => (words ? [toSentence(plainText(words))] : []));
  return {
    fingerprint: alert.fingerprint,
    rule: alert.rule,
    state: alert.state,
    severity: SEVERITY_WORDS[alert.severity],
    headline: plainText(headline),
    sentences: sentences.filter((sentence) => sentence !== ''),
    advice: advice && plainText(advice),
    since: toMoment(alert.firedAt ?? alert.pendingAt, now),
    subjectPath: subjectPathOf(alert),
    subjectKey: alert.subject.key,
    credentials: listNames(alert.credentials),
    runbook: runbookOf(alert, pageUrl),
    silence: silence && toSilenceLine(silence, now),
  };
}

/** Puts a silence into words. */
export function toSilenceLine({ id, kind, author, comment, endsAt }: Silence, now: number): SilenceLine {
  const verb = kind === 'silence' ? 'Silenced' : 'Acknowledged';
  return {
    id,
    words: `${verb} by ${toPlainText(author, 100)}`,
    comment: toPlainText(comment, COMMENT_LENGTH),
    ends: toMoment(endsAt, now),
  };
}

/**
 * What somebody configured is followed only where it is a web address. Our own runbook is linked to as our own page:
 * whoever reads this may know Headroom by another name than messages do.
 */
function runbookOf({ runbookUrl: url, rule }: Alert, pageUrl: string | undefined): AlertCard['runbook'] {
  if (!WEB.test(url) || !URL.canParse(url)) return { url: url.replace(/^\/+/, ''), isOwn: true };
  const own = `runbooks/${rule}`;
  const isOwn = pageUrl !== undefined && url === `${pageUrl}${own}`;
  return { url: isOwn ? own : url, isOwn };
}

function subjectPathOf({ subject, credentials }: Alert): string | undefined {
  if (subject.kind === 'hub') return undefined;
  // A single credential may have moved on to another source meanwhile, and a bucket that nobody reports has no page.
  const isShared = subject.kind === 'bucket' && credentials.length > 1;
  if (isShared && subject.source) return bucketPath(subject.source.value);
  return credentials[0] === undefined ? undefined : credentialPath(credentials[0]);
}
