import { formatCount } from '../../wording.ts';
import type { Alert } from '../alert.ts';
import type { Transition } from '../delivery/notification.ts';
import { name, type Words, words } from './words.ts';

/** How many credentials are listed by name; more would be a wall of names. */
const MAX_NAMES = 12;

/** Returns the subject of an alert for use in a sentence: `203.0.113.7`, `the account acmeci`, `the login ci`. */
function subjectWords({
  when,
  subject,
  credentials,
}: Pick<Alert, 'when' | 'subject' | 'credentials'>): Words {
  if (subject.kind === 'hub') return words`Docker Hub`;
  if (subject.kind === 'team') return words`the team ${name(subject.team)}`;
  if (isAboutLogin(when))
    return words`the ${credentials.length === 1 ? 'login' : 'logins'} ${namesWords(credentials)}`;
  if (subject.kind === 'credential' || !subject.source) return words`the credential ${name(credentials[0])}`;
  const { kind, value } = subject.source;
  return kind === 'account' ? words`the account ${name(value)}` : words`${name(value)}`;
}

/** Returns the subject of an alert in a word or two, for a list or a field. */
export function subjectLabel({ subject, credentials }: Pick<Alert, 'subject' | 'credentials'>): Words {
  if (subject.kind === 'hub') return words`Docker Hub`;
  if (subject.kind === 'team') return words`${name(subject.team)}`;
  return words`${name(subject.kind === 'bucket' && subject.source ? subject.source.value : credentials[0])}`;
}

/** Returns the kind of a source: `IPv4 address`, `IPv6 prefix`, `account`; undefined if there is no source. */
export function sourceKindWords({ source }: Alert['subject']): string | undefined {
  if (!source) return undefined;
  if (source.kind === 'account') return 'account';
  if (source.kind === 'ipv4') return 'IPv4 address';
  return source.value.endsWith('::') ? 'IPv6 prefix' : 'IPv6 address';
}

/** Lists names: `ci, nat-b and web`; a long list ends in `and 37 more`. */
export function namesWords(names: readonly string[], maxNames = MAX_NAMES): Words {
  const shown = names.slice(0, names.length > maxNames + 1 ? maxNames : names.length);
  const rest = names.length - shown.length;
  return shown.reduce<Words>((row, each, i) => {
    const isLast = i === shown.length - 1;
    const before = i === 0 ? '' : isLast && rest === 0 ? ' and ' : ', ';
    return words`${row}${before}${name(each)}${isLast && rest > 0 ? ` and ${formatCount(rest)} more` : ''}`;
  }, []);
}

/**
 * Returns a sentence with the credentials that draw on the subject; undefined if the headline names the only
 * one.
 */
export function credentialsWords({ when, state, subject, credentials }: Alert): Words | undefined {
  if (subject.kind === 'team') return undefined;
  const names = namesWords(credentials);
  if (subject.kind === 'hub') {
    return state === 'resolved'
      ? undefined
      : words`How many pulls are left for ${names} is unknown until it answers.`;
  }
  if (subject.kind === 'credential' || !subject.source || isAboutLogin(when)) return undefined;
  return words`Used by ${names}.`;
}

/** Reports whether the problem is the login itself, rather than the bucket it draws on. */
function isAboutLogin(when: Alert['when']): boolean {
  return when === 'rejected' || when === 'downgraded';
}

type Headlines = Readonly<Record<Alert['when'], (subject: Words, still: string) => Words>>;

/** The hub as a whole is not named in a sentence that begins with it. */
const NO_SUBJECT: Words = [];

const FIRING: Headlines = {
  exhausted: (subject, still) => words`Docker Hub pulls are ${still}used up for ${subject}`,
  low: (subject, still) => words`Docker Hub pulls are ${still}low for ${subject}`,
  running_out: (subject, still) => words`Docker Hub pulls are ${still}running out for ${subject}`,
  blocked: (subject, still) => words`Docker Hub ${still}blocks ${subject}`,
  rejected: (subject, still) => words`Docker Hub ${still}rejects ${subject}`,
  downgraded: (subject, still) => words`Docker Hub ${still}meters ${subject} as anonymous`,
  changed: (subject) => words`Docker Hub has changed the limit of ${subject}`,
  unreachable: (subject, still) => words`Docker Hub ${still}does not answer${before(subject)}`,
  pulls_refused: (subject, still) =>
    words`Docker Hub ${still}refuses pods, despite pulls left for ${subject}`,
  cache_leak: (subject, still) => words`Pulls of ${subject} ${still}bypass the cache`,
  budget_exceeded: (subject, still) => words`The budget of ${subject} is ${still}exceeded, or will be`,
};

const RESOLVED: Headlines = {
  exhausted: (subject) => words`Docker Hub pulls are back for ${subject}`,
  low: (subject) => words`Docker Hub pulls are no longer low for ${subject}`,
  running_out: (subject) => words`Docker Hub pulls are no longer running out for ${subject}`,
  blocked: (subject) => words`Docker Hub no longer blocks ${subject}`,
  rejected: (subject) => words`Docker Hub accepts ${subject} again`,
  downgraded: (subject) => words`Docker Hub no longer meters ${subject} as anonymous`,
  changed: (subject) => words`The changed limit of ${subject} is now treated as normal`,
  unreachable: (subject) => words`Docker Hub answers${before(subject)} again`,
  pulls_refused: (subject) => words`Docker Hub no longer refuses the pods of ${subject}`,
  cache_leak: (subject) => words`Pulls of ${subject} no longer bypass the cache`,
  budget_exceeded: (subject) => words`The usage of ${subject} is within its budget again`,
};

/**
 * Returns what happened, on one line without a full stop. An alert that has ended says so, whatever the
 * transition.
 */
export function headlineWords(alert: Alert, transition: Transition): Words {
  const isUnreachable = alert.when === 'unreachable' && alert.subject.kind === 'hub';
  const subject = isUnreachable ? NO_SUBJECT : subjectWords(alert);
  if (alert.state !== 'resolved') return firingHeadline(alert.when, subject, transition);
  if (alert.resolution === 'removed')
    return words`Headroom no longer monitors ${subjectWords(alert)} for ${name(alert.rule)}`;
  if (alert.resolution === 'overtaken' && alert.when === 'running_out') {
    return words`Docker Hub pulls are used up for ${subject}, as forecast`;
  }
  if (alert.resolution === 'overtaken' && alert.when === 'pulls_refused') {
    return words`Docker Hub pulls are now used up for ${subject}, too`;
  }
  return resolvedHeadline(alert.when, subject);
}

/** Returns the headline of a condition that holds for any subject, such as `12 buckets`. A repeat says "still". */
export function firingHeadline(when: Alert['when'], subject: Words, transition: Transition): Words {
  return FIRING[when](subject, transition === 'repeat' ? 'still ' : '');
}

/** Returns the headline of a condition that has ended for any subject. */
export function resolvedHeadline(when: Alert['when'], subject: Words): Words {
  return RESOLVED[when](subject, '');
}

function before(subject: Words): Words {
  return subject.length === 0 ? subject : words` ${subject}`;
}
