import type { Receipt } from './channel.ts';
import type { PostAnswer } from './post.ts';

/** Answers that are worth another attempt although they are not 5xx: Request Timeout, Too Early, Too Many Requests. */
const RETRIED: ReadonlySet<number> = new Set([408, 425, 429]);

/** What an answer means where nothing but its status counts: 2xx is delivered, 429 and 5xx are for later. */
export function judgeAnswer(answer: PostAnswer): Receipt {
  if (answer.kind === 'unanswered') return { kind: 'retry', reason: answer.reason };
  const { status, retryAfterMs } = answer;
  const words = describeAnswer(answer);
  if (status >= 200 && status < 300) return { kind: 'delivered', answer: words };
  if (status >= 500 || RETRIED.has(status)) return { kind: 'retry', afterMs: retryAfterMs, reason: words };
  return { kind: 'refused', reason: words };
}

/** What was answered, for people: `hooks.slack.com answers 404: no_service`. */
export function describeAnswer(
  { peer, status, body, quote }: Extract<PostAnswer, { kind: 'answered' }>,
  said: string = body,
): string {
  const quoted = quote(said);
  return quoted === '' ? `${peer} answers ${status}` : `${peer} answers ${status}: ${quoted}`;
}
