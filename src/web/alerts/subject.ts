import { bucketOf } from '../../domain/alerts/rules/subject.ts';
import type { CredentialState } from '../../domain/credential-state.ts';
import { listNames, toPlainText } from '../text-words.ts';

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
