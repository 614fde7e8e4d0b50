import type { CredentialIdentity } from '../domain/credential-state.ts';
import {
  buildWeeklyProfile,
  PROFILE_NEEDED_HOURS,
  type SpentHour,
} from '../domain/foresight/weekly-profile.ts';
import type { Bucket } from './buckets.ts';
import type { PastSpending } from './past-spending.ts';

/** What weeks are learned from. */
export interface WeekLearnerPorts {
  readonly past: PastSpending;
  /** The credentials that draw on a bucket now. */
  readonly membersOf: (bucket: Bucket) => readonly CredentialIdentity[];
}

/** Learns what the week of each bucket usually looks like, a small piece at a time. */
export interface WeekLearner {
  /**
   * Puts a bucket into the queue, unless it was there within the hour.
   * @param now milliseconds since the epoch
   */
  ask(bucket: Bucket, now: number): void;
  /** Whether there is something to learn. */
  isBusy(): boolean;
  /**
   * Reads the past of one credential.
   * @param now milliseconds since the epoch
   * @returns a bucket that has a weekly profile now and had none before
   * @throws Error when the past cannot be read; the bucket keeps the profile it had, until it is asked for again
   */
  step(now: number): Bucket | undefined;
}

/** How often a week is learned, in milliseconds: once an hour, because that is what the history grows by. */
const LEARN_EVERY_MS = 3_600_000;
/** How much of the past is looked at, in milliseconds: eight weeks. What was usual before may not be so any more. */
const LOOK_BACK_MS = 8 * 7 * 86_400_000;

interface Lesson {
  readonly bucket: Bucket;
  /** Those whose past has not been read yet. */
  readonly members: CredentialIdentity[];
  /** The bucket's hours by their start. */
  readonly hours: Map<number, SpentHour>;
}

/** Creates a learner with nothing to do. */
export function createWeekLearner({ past, membersOf }: WeekLearnerPorts): WeekLearner {
  const asked = new Set<Bucket>();
  let lesson: Lesson | undefined;

  function begin(): Lesson | undefined {
    const [bucket] = asked;
    if (!bucket) return undefined;
    asked.delete(bucket);
    return { bucket, members: [...membersOf(bucket)], hours: new Map() };
  }

  return {
    ask(bucket, now) {
      // A clock that was set back must not silence it.
      if (Math.abs(now - bucket.weekAskedAt) < LEARN_EVERY_MS) return;
      bucket.weekAskedAt = now;
      asked.add(bucket);
    },
    isBusy: () => lesson !== undefined || asked.size > 0,
    step(now) {
      const current = lesson ?? begin();
      lesson = undefined;
      if (!current) return undefined;
      const { bucket, members, hours } = current;
      const member = members.pop();
      if (member) keepBestSeen(hours, past.hourlySpending(member, bucket.source, now - LOOK_BACK_MS));
      if (members.length > 0) {
        lesson = current;
        return undefined;
      }
      return conclude(bucket, [...hours.values()]) ? bucket : undefined;
    },
  };
}

/** All credentials of a bucket see the same pulls: each hour counts once, as told by the one that looked longest. */
function keepBestSeen(hours: Map<number, SpentHour>, seen: readonly SpentHour[]): void {
  for (const hour of seen) {
    const best = hours.get(hour.at);
    if (!best || hour.observedSeconds > best.observedSeconds) hours.set(hour.at, hour);
  }
}

/** @returns whether the bucket has a profile for the first time */
function conclude(bucket: Bucket, hours: readonly SpentHour[]): boolean {
  const wasKnown = bucket.profile !== undefined;
  const profile = buildWeeklyProfile(hours);
  bucket.profile = profile.observedHours >= PROFILE_NEEDED_HOURS ? profile : undefined;
  return !wasKnown && bucket.profile !== undefined;
}
