import type { Notification } from '../domain/alerts/delivery/notification.ts';
import type { Clock } from '../kit/clock.ts';
import type { Post, PostAnswer } from './http-post.ts';

/** A way to tell one receiver something. One file for each kind of receiver makes one. */
export interface Channel {
  /**
   * Sends a message once; whether and when it is sent again is the queue's to decide. A rejection, such as that of a
   * secret file that cannot be read, counts as `retry` with the error's message, which must hold no secret.
   * @param signal aborted when Headroom stops
   */
  send(notification: Notification, signal: AbortSignal): Promise<Receipt>;
}

/** What became of one attempt. Nothing in it is a secret: it is logged, and shown on the page. */
export type Receipt =
  | {
      readonly kind: 'delivered';
      /** What later messages of the same group need, such as a Slack `ts`. */
      readonly thread?: string | undefined;
      /** What the other side said, for `headroom alerts test`: `hooks.slack.com answers 200: ok`. */
      readonly answer: string;
    }
  /** Worth another attempt: too fast, a fault of the other side, or of the way there. */
  | {
      readonly kind: 'retry';
      /** How long the other side asks to be left alone, in milliseconds; undefined where it does not say. */
      readonly afterMs?: number | undefined;
      readonly reason: string;
    }
  /** The same message will never be taken. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What every channel is made with. */
export interface ChannelPorts {
  readonly post: Post;
  readonly clock: Pick<Clock, 'now'>;
}

/** Answers that are worth another attempt although they are not 5xx: Request Timeout, Too Early, Too Many Requests. */
const RETRIED: ReadonlySet<number> = new Set([408, 425, 429]);

/** What an answer means where nothing but its status counts: 2xx is delivered, 429 and 5xx are for later. */
export function receiptOf(answer: PostAnswer): Receipt {
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
