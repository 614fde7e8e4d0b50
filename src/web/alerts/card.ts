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

/** Contains an entry of the form's list of subjects whose alerts can be silenced. */
export interface SubjectChoice {
  /** The key of the subject in a silence. */
  readonly key: string;
  /** `203.0.113.7 (ci, nat-b)`. */
  readonly words: string;
}

/** How many buckets the form offers at most. */
const MAX_CHOICES = 500;
/** Matches the prefix of a subject's key. */
const KIND = /^(?:source|credential|team) /;

/** Returns the buckets, in the order of the configuration, and then the whole hub. */
export function subjectChoices(states: readonly CredentialState[]): SubjectChoice[] {
  const names = new Map<string, string[]>();
  for (const { identity, known } of states) {
    const { key } = bucketOf({ name: identity.name, known });
    names.set(key, [...(names.get(key) ?? []), identity.name]);
  }
  const buckets = [...names].slice(0, MAX_CHOICES).map(([key, members]) => {
    const isItself = members.length === 1 && keyWords(key) === members[0];
    return { key, words: isItself ? keyWords(key) : `${keyWords(key)} (${listNames(members)})` };
  });
  return [...buckets, { key: 'hub', words: 'Docker Hub as a whole' }];
}

/** Returns the name of a subject for the page, by its key. */
export function keyWords(key: string): string {
  return key === 'hub' ? 'Docker Hub as a whole' : toPlainText(key.replace(KIND, ''), 120);
}

/** Contains the texts of one alert for the view. */
export interface AlertCard {
  readonly fingerprint: string;
  readonly rule: string;
  readonly state: AlertState;
  readonly severity: SeverityWords;
  /** `Docker Hub pulls are low for 203.0.113.7`. */
  readonly headline: string;
  /** Sentences about the remaining pulls and the forecast. */
  readonly sentences: readonly string[];
  readonly advice: string | undefined;
  readonly since: Moment;
  /** Path of the page of the bucket or credential, relative to the root. Undefined for the whole hub. */
  readonly subjectPath: string | undefined;
  readonly subjectKey: string;
  readonly credentials: string;
  /** The runbook: with `isOwn` a path relative to the root, otherwise an absolute URL. */
  readonly runbook: { readonly url: string; readonly isOwn: boolean };
  /** The silence or acknowledgement of the alert; undefined if there is none. */
  readonly silence: SilenceLine | undefined;
}

/** Contains label, tone and icon of a severity. */
interface SeverityWords {
  readonly label: string;
  readonly tone: Tone;
  /** Symbol in views/partials/icons.ejs. */
  readonly icon: string;
}

/** Contains the texts of a silence or acknowledgement. */
export interface SilenceLine {
  readonly id: string;
  /** `Acknowledged by ann`. */
  readonly words: string;
  readonly comment: string;
  readonly ends: Moment;
}

/** Label, tone and icon of every severity. */
export const SEVERITY_WORDS: Readonly<Record<Severity, SeverityWords>> = {
  critical: { label: 'Critical', tone: 'bad', icon: 'empty' },
  warning: { label: 'Warning', tone: 'warn', icon: 'warning' },
  info: { label: 'Info', tone: 'neutral', icon: 'clock' },
};

const COMMENT_LENGTH = 500;
const WEB = /^https?:\/\//i;

/**
 * Returns the texts of an alert for the view.
 * @param silences all silences that have not ended
 * @param pageUrl base URL of the pages in notifications, with a slash at its end; undefined if there is none
 * @param now current time in milliseconds since the epoch
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

/** Returns the texts of a silence as of `now` (milliseconds since the epoch). */
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
 * Returns the link to the runbook of an alert. A configured URL that is not http or https is treated as a path. A URL of
 * Headroom itself becomes a path, since the user may have opened the page under another host name.
 */
function runbookOf({ runbookUrl: url, rule }: Alert, pageUrl: string | undefined): AlertCard['runbook'] {
  if (!WEB.test(url) || !URL.canParse(url)) return { url: url.replace(/^\/+/, ''), isOwn: true };
  const own = `runbooks/${rule}`;
  const isOwn = pageUrl !== undefined && url === `${pageUrl}${own}`;
  return { url: isOwn ? own : url, isOwn };
}

function subjectPathOf({ subject, credentials }: Alert): string | undefined {
  if (subject.kind === 'hub' || subject.kind === 'team') return undefined;
  // A single credential may have another source by now, and a bucket without credentials has no page.
  const isShared = subject.kind === 'bucket' && credentials.length > 1;
  if (isShared && subject.source) return bucketPath(subject.source.value);
  return credentials[0] === undefined ? undefined : credentialPath(credentials[0]);
}
