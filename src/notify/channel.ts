import type { Notification } from '../domain/alerts/delivery/notification.ts';

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
