import type { TimeRange } from '../forecast/refill.ts';

/** What is known of the bucket that a plan is to draw on. Instants are milliseconds since the epoch. */
export type PlanBucket = MeteredBucket | UnmeteredBucket | UnknownBucket;

/** Whose bucket it is. */
interface BucketOwner {
  /** The name of the credential that it was asked with; undefined where somebody only named a number. */
  readonly credential: string | undefined;
  readonly hasLogin: boolean;
  /** The source as Docker Hub reports it. */
  readonly source: string | undefined;
}

/** A bucket with a limit. */
export interface MeteredBucket extends BucketOwner {
  readonly kind: 'metered';
  readonly remaining: number;
  readonly limit: number;
  readonly windowSeconds: number | undefined;
  /** When it is full again if nothing else is pulled; null when it is full; undefined: not foreseen. */
  readonly refill: TimeRange | null | undefined;
  /** Pulls that others are likely to spend in an hour; undefined: not foreseen. */
  readonly ratePerHour: number | undefined;
}

/** A paid plan, or an exempt address. */
export interface UnmeteredBucket extends BucketOwner {
  readonly kind: 'unmetered';
}

/** Nobody could say. */
export interface UnknownBucket extends BucketOwner {
  readonly kind: 'unknown';
  /** Why: a clause without a full stop. */
  readonly reason: string;
}
