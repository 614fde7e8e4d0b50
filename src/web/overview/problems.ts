import type { CredentialSnapshot } from '../../domain/credential-snapshot.ts';
import { FAILURES, type FailureReason } from '../../domain/failure.ts';
import { toSentence } from '../../domain/wording.ts';
import { toPlainText } from '../text-words.ts';

/** What is wrong with every credential alike: mostly the way to Docker Hub. Sentences. */
export interface Trouble {
  readonly headline: string;
  readonly meaning: string;
  /** What exactly was seen; text of others. */
  readonly detail: string | undefined;
  /** What to try first. */
  readonly advice: string;
  /** What tells whether the way is open, for a terminal on this machine. */
  readonly command: string | undefined;
}

/** The reasons that lie between here and Docker Hub. */
const ON_THE_WAY: ReadonlySet<FailureReason> = new Set([
  'timeout',
  'dns',
  'connect',
  'proxy',
  'tls',
  'reset',
  'malformed_response',
  'unexpected_response',
]);
/** Docker Hub asks everybody to log in here, so that any answer shows that the way is open. */
const TRY_THE_WAY = 'curl -sS -o /dev/null -w "%{http_code}\\n" https://registry-1.docker.io/v2/';
/** How much of a detail is shown, in characters; the API has all of it. */
const DETAIL_LENGTH = 400;

/** What all credentials suffer from alike; undefined when there are none, or they do not. */
export function sharedTrouble(views: readonly CredentialSnapshot[]): Trouble | undefined {
  const [first] = views;
  const outcome = first?.latest?.outcome;
  if (outcome?.kind !== 'failed') return undefined;
  const { reason, detail } = outcome;
  if (!views.every(({ latest }) => latest?.outcome.kind === 'failed' && latest.outcome.reason === reason)) {
    return undefined;
  }
  const { meaning, advice } = FAILURES[reason];
  const isOnTheWay = ON_THE_WAY.has(reason);
  return {
    headline: isOnTheWay ? 'Docker Hub cannot be reached' : 'Docker Hub tells nothing',
    meaning: toSentence(meaning),
    detail: toPlainText(detail, DETAIL_LENGTH) || undefined,
    advice: toSentence(advice),
    command: isOnTheWay ? TRY_THE_WAY : undefined,
  };
}
