import type { CredentialIdentity } from '../domain/credential-state.ts';
import {
  buildWeeklyProfile,
  PROFILE_NEEDED_HOURS,
  type SpentHour,
} from '../domain/forecast/weekly-profile.ts';
import type { Bucket } from './buckets.ts';
import type { PastSpending } from './history.ts';

/** What weeks are learned from. */
export interface WeeklyProfileBuilderPorts {
  readonly past: PastSpending;
  /** The credentials that draw on a bucket now. */
  readonly membersOf: (bucket: Bucket) => readonly CredentialIdentity[];
}

/** Learns what the week of each bucket usually looks like, a small piece at a time. */
export interface WeeklyProfileBuilder {
  /**
   * Puts a bucket into the queue, unless it was there lately.
   * @param now milliseconds since the epoch
   */
  request(bucket: Bucket, now: number): void;
  /** Whether there is something to learn. */
  hasWork(): boolean;
  /**
   * Reads the past of one credential.
   * @param now milliseconds since the epoch
   * @returns a bucket that has a weekly profile now and had none before, as soon as the past has answered
   * @throws Error when the past cannot be read, or rejects with it; the bucket keeps the profile it had, and is asked for
   * again a little later
   */
  step(now: number): Bucket | undefined | Promise<Bucket | undefined>;
}

/** How soon a past that could not be read is tried again, in milliseconds: 10 minutes. */
const RETRY_AFTER_MS = 600_000;
/** How many credentials tell of a bucket at most: all see the same, and a few fill each other's gaps. */
const MAX_CREDENTIALS = 10;
/** How much of the past is looked at, in milliseconds: eight weeks. What was usual before may not be so any more. */
const LOOK_BACK_MS = 8 * 7 * 86_400_000;

interface ProfileBuild {
  readonly bucket: Bucket;
  /** Those whose past has not been read yet. */
  readonly members: CredentialIdentity[];
  /** The bucket's hours by their start. */
  readonly hours: Map<number, SpentHour>;
}

/** Creates a learner with nothing to do. */
export function createWeeklyProfileBuilder({
  past,
  membersOf,
}: WeeklyProfileBuilderPorts): WeeklyProfileBuilder {
  const asked = new Set<Bucket>();
  let lesson: ProfileBuild | undefined;

  function begin(): ProfileBuild | undefined {
    const [bucket] = asked;
    if (!bucket) return undefined;
    asked.delete(bucket);
    return { bucket, members: membersOf(bucket).slice(0, MAX_CREDENTIALS), hours: new Map() };
  }

  function take(current: ProfileBuild, seen: readonly SpentHour[]): Bucket | undefined {
    const { bucket, members, hours } = current;
    keepLongestObserved(hours, seen);
    if (members.length > 0) {
      lesson = current;
      return undefined;
    }
    return setProfile(bucket, [...hours.values()]) ? bucket : undefined;
  }

  function retryLater({ bucket }: ProfileBuild, now: number, error: unknown): never {
    bucket.profileRequestedAt = now - past.refreshEveryMs + RETRY_AFTER_MS;
    throw error;
  }

  return {
    request(bucket, now) {
      // A clock that was set back must not silence it.
      if (Math.abs(now - bucket.profileRequestedAt) < past.refreshEveryMs) return;
      bucket.profileRequestedAt = now;
      asked.add(bucket);
    },
    hasWork: () => lesson !== undefined || asked.size > 0,
    step(now) {
      const current = lesson ?? begin();
      lesson = undefined;
      if (!current) return undefined;
      const member = current.members.pop();
      if (!member) return take(current, []);
      try {
        const seen = past.hourlySpending(member, current.bucket.source, now - LOOK_BACK_MS);
        if (!(seen instanceof Promise)) return take(current, seen);
        return seen.then(
          (hours) => take(current, hours),
          (error) => retryLater(current, now, error),
        );
      } catch (error) {
        return retryLater(current, now, error);
      }
    },
  };
}

/** All credentials of a bucket see the same pulls: each hour counts once, as told by the one that looked longest. */
function keepLongestObserved(hours: Map<number, SpentHour>, seen: readonly SpentHour[]): void {
  for (const hour of seen) {
    const best = hours.get(hour.at);
    if (!best || hour.observedSeconds > best.observedSeconds) hours.set(hour.at, hour);
  }
}

/** @returns whether the bucket has a profile for the first time */
function setProfile(bucket: Bucket, hours: readonly SpentHour[]): boolean {
  const wasKnown = bucket.profile !== undefined;
  const profile = buildWeeklyProfile(hours);
  bucket.profile = profile.observedHours >= PROFILE_NEEDED_HOURS ? profile : undefined;
  return !wasKnown && bucket.profile !== undefined;
}
