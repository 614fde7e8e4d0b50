import type { Alert } from '../alert.ts';
import { name, type Words, words } from './words.ts';

/** The texts of a test message. They name no address and no credential, so that no reader takes it for an alert. */
interface TestMessageWords {
  readonly headline: Words;
  readonly facts: Words;
  /** What the user who sent the test can check; undefined in the message about its end. */
  readonly advice: Words | undefined;
}

/**
 * Returns the texts of the messages of `headroom alerts test`. Headline and facts begin with TEST, because a lock screen
 * or a list shows one of them only.
 * @returns undefined for an alert that is no test
 */
export function testMessageWords({ subject, severity, state }: Alert): TestMessageWords | undefined {
  if (subject.kind !== 'receiver') return undefined;
  const headline = words`TEST of the receiver ${name(subject.receiver)}`;
  if (state === 'resolved') {
    return {
      headline: words`${headline} has ended`,
      facts: words`TEST: this is how the end of an alert is reported. Nothing has happened.`,
      advice: undefined,
    };
  }
  return {
    headline,
    facts: words`TEST: Headroom checks that its ${severity} messages arrive here. Nothing has happened.`,
    advice: words`Open the link to Headroom. If it does not open, correct web.external_url in the configuration.`,
  };
}
