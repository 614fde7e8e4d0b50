import type { Alert } from '../alert.ts';
import type { Transition } from '../delivery/notification.ts';
import { name, type Words, words } from './parts.ts';
import { subjectWords } from './subject.ts';

type Headlines = Readonly<Record<Alert['when'], (subject: Words, still: string) => Words>>;

/** The hub as a whole needs no name where the sentence begins with it. */
const NOBODY: Words = [];

const FIRING: Headlines = {
  exhausted: (subject, still) => words`Docker Hub pulls are ${still}used up for ${subject}`,
  low: (subject, still) => words`Docker Hub pulls are ${still}low for ${subject}`,
  running_out: (subject, still) => words`Docker Hub pulls are ${still}running out for ${subject}`,
  blocked: (subject, still) => words`Docker Hub ${still}blocks ${subject}`,
  rejected: (subject, still) => words`Docker Hub ${still}rejects ${subject}`,
  downgraded: (subject, still) => words`Docker Hub ${still}meters ${subject} as anonymous`,
  changed: (subject) => words`Docker Hub has changed the limit of ${subject}`,
  unreachable: (subject, still) => words`Docker Hub ${still}does not answer${before(subject)}`,
};

const RESOLVED: Headlines = {
  exhausted: (subject) => words`Docker Hub pulls are back for ${subject}`,
  low: (subject) => words`Docker Hub pulls are no longer low for ${subject}`,
  running_out: (subject) => words`Docker Hub pulls are no longer running out for ${subject}`,
  blocked: (subject) => words`Docker Hub no longer blocks ${subject}`,
  rejected: (subject) => words`Docker Hub accepts ${subject} again`,
  downgraded: (subject) => words`Docker Hub no longer meters ${subject} as anonymous`,
  changed: (subject) => words`The new limit of ${subject} is now the usual one`,
  unreachable: (subject) => words`Docker Hub answers${before(subject)} again`,
};

/** What happened, in one line without a full stop. An alert that has ended says so, whatever the transition. */
export function headlineWords(alert: Alert, transition: Transition): Words {
  const isUnreachable = alert.when === 'unreachable' && alert.subject.kind === 'hub';
  const subject = isUnreachable ? NOBODY : subjectWords(alert);
  if (alert.state !== 'resolved') return firingHeadline(alert.when, subject, transition);
  if (alert.resolution === 'removed')
    return words`Headroom no longer watches ${subjectWords(alert)} for ${name(alert.rule)}`;
  if (alert.resolution === 'overtaken' && alert.when === 'running_out') {
    return words`Docker Hub pulls have run out for ${subject}, as was foreseen`;
  }
  return resolvedHeadline(alert.when, subject);
}

/** The same for any subject, such as `12 buckets` that one thing has happened to. A repeat says "still". */
export function firingHeadline(when: Alert['when'], subject: Words, transition: Transition): Words {
  return FIRING[when](subject, transition === 'repeat' ? 'still ' : '');
}

/** The same for any subject that one thing is over for. */
export function resolvedHeadline(when: Alert['when'], subject: Words): Words {
  return RESOLVED[when](subject, '');
}

function before(subject: Words): Words {
  return subject.length === 0 ? subject : words` ${subject}`;
}
