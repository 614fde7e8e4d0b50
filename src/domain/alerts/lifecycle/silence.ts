/**
 * Holds back the messages of a bucket for a time. A silence ends by itself at `endsAt`; an acknowledgement says that
 * somebody is at work, and ends when its alerts are resolved, or at `endsAt`.
 */
export interface Silence {
  /** Random, safe in a URL. */
  readonly id: string;
  readonly kind: 'silence' | 'acknowledgement';
  /** Which subject's alerts, by `AlertSubject.key`. */
  readonly subjectKey: string;
  /** Which rule's; undefined is all of them. */
  readonly rule: string | undefined;
  /** Who did it, as they called themselves. At most 100 characters. */
  readonly author: string;
  /** Why. At most 500 characters. */
  readonly comment: string;
  /** Milliseconds since the epoch. */
  readonly startsAt: number;
  /** Milliseconds since the epoch. */
  readonly endsAt: number;
}
