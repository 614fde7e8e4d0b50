import { BLOCKS, FAILURES } from '../../failure.ts';
import type { Alert } from '../alert.ts';
import { clauseSentence } from './counts.ts';
import { type Words, words } from './parts.ts';

/** What to do now; undefined once it is over. */
export function adviceWords(alert: Alert): Words | undefined {
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
      return 'Check that the login still works and which plan it has, and whether a proxy or mirror drops it on the way. Its pulls are counted with those of everybody at this address.';
    case 'changed':
      return 'Nothing is broken. Check that rollouts and builds fit into the new limit.';
  }
}
