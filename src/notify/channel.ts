import type { Notification } from '../domain/alerts/delivery/notification.ts';
import type { Clock } from '../kit/clock.ts';
import type { Post, PostAnswer } from './http-post.ts';

/** Sends messages to one receiver. Each kind of receiver implements it. */
export interface Channel {
  /**
   * Sends a message once; the queue decides about further attempts. A rejection, such as an unreadable secret
   * file, counts as `retry` with the error's message, which must hold no secret.
   * @param signal aborted when Headroom stops
   */
  send(notification: Notification, signal: AbortSignal): Promise<Receipt>;
}

/** The result of one attempt. It holds no secret: it is logged and shown on the page. */
export type Receipt =
  | {
      readonly kind: 'delivered';
      /** The handle that later messages of the group need, such as a Slack `ts`. */
      readonly thread?: string | undefined;
      /** The answer, for `headroom alerts test`: `hooks.slack.com answers 200: ok`. */
      readonly answer: string;
    }
  /** Worth another attempt: too fast, a fault of the other side, or of the way there. */
  | {
      readonly kind: 'retry';
      /** The pause that the receiver requests, in milliseconds; undefined if it requests none. */
      readonly afterMs?: number | undefined;
      readonly reason: string;
    }
  /** The receiver will never accept this message. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What every channel depends on. */
export interface ChannelPorts {
  readonly post: Post;
  readonly clock: Pick<Clock, 'now'>;
}

/** Status codes besides 5xx that are worth another attempt: Request Timeout, Too Early, Too Many Requests. */
const RETRIED: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Returns the result of an attempt by the status of the answer: 2xx is delivered; 408, 425, 429 and 5xx are
 * retried; others are refused.
 */
export function receiptOf(answer: PostAnswer): Receipt {
  if (answer.kind === 'unanswered') return { kind: 'retry', reason: answer.reason };
  const { status, retryAfterMs } = answer;
  const words = describeAnswer(answer);
  if (status >= 200 && status < 300) return { kind: 'delivered', answer: words };
  if (status >= 500 || RETRIED.has(status)) return { kind: 'retry', afterMs: retryAfterMs, reason: words };
  return { kind: 'refused', reason: words };
}

/**
 * Describes an answer for an operator: `hooks.slack.com answers 404: no_service`.
 * @param said the part of the body to quote. Default: all of it
 */
export function describeAnswer(
  { peer, status, body, quote }: Extract<PostAnswer, { kind: 'answered' }>,
  said: string = body,
): string {
  const quoted = quote(said);
  return quoted === '' ? `${peer} answers ${status}` : `${peer} answers ${status}: ${quoted}`;
}
