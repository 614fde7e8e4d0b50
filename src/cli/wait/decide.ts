import type { TimeRange } from '../../domain/forecast/refill.ts';
import type { CredentialJson } from '../../web/api/credential-json.ts';

/** One answer, with what is foreseen of the pulls that are waited for. */
export interface Answer {
  readonly credential: CredentialJson;
  /** When as many are left, if nothing else is pulled; null when nobody knows. */
  readonly expected: TimeRange | null;
}

/** What follows from an answer for somebody who waits. `words` say why: a clause without a full stop. */
export type Decision =
  | { readonly kind: 'enough'; readonly words: string }
  /** Waiting will not help. */
  | { readonly kind: 'never'; readonly words: string }
  | { readonly kind: 'wait'; readonly words: string; readonly askAgainAt: number };

/** How long after the moment at which pulls are expected it is asked, in milliseconds: 1 second, for clocks that differ. */
const AFTER_EXPECTED_MS = 1_000;

/**
 * Decides whether to go on waiting, and until when.
 * @param pulls how many are wanted
 * @param intervalMs between two questions, where nothing is expected before
 */
export function decide(answer: Answer, pulls: number, intervalMs: number, now: number): Decision {
  const { credential, expected } = answer;
  const { remaining, limit, enforced, failure, blocked } = credential;
  if (failure?.reason === 'unauthorized') return { kind: 'never', words: failure.meaning };
  const pauseMs = Math.max(intervalMs, (blocked?.retry_after_seconds ?? 0) * 1_000);
  if (blocked) return { kind: 'wait', words: blocked.meaning, askAgainAt: now + pauseMs };
  if (failure) return { kind: 'wait', words: failure.meaning, askAgainAt: now + pauseMs };
  if (enforced === false) return { kind: 'enough', words: 'unlimited' };
  if (remaining === null || limit === null) {
    return { kind: 'wait', words: 'no answer yet', askAgainAt: now + pauseMs };
  }
  const words = `${remaining} of ${limit} left`;
  if (remaining >= pulls) return { kind: 'enough', words };
  if (pulls > limit) return { kind: 'never', words: `${pulls} pulls are more than the limit of ${limit}` };
  return { kind: 'wait', words, askAgainAt: nextQuestion(expected, now + pauseMs, now) };
}

/** At once when they are expected to be back, and else after the usual pause. */
function nextQuestion(expected: TimeRange | null, usualAt: number, now: number): number {
  const moments = expected ? [expected.earliest, expected.latest] : [];
  const soon = moments.map((at) => at + AFTER_EXPECTED_MS).filter((at) => at > now);
  return Math.min(usualAt, ...soon);
}
