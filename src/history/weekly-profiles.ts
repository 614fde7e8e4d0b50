import type { CredentialIdentity } from '../domain/credential-state.ts';
import {
  buildWeeklyProfile,
  PROFILE_NEEDED_HOURS,
  type SpentHour,
} from '../domain/forecast/weekly-profile.ts';
import type { Bucket } from './buckets.ts';
import type { PastSpending } from './history.ts';

/** The dependencies of the builder of weekly profiles. */
export interface WeeklyProfileBuilderPorts {
  readonly past: PastSpending;
  /** Returns the credentials that use a bucket now. */
  readonly membersOf: (bucket: Bucket) => readonly CredentialIdentity[];
}

/** Builds the weekly profiles of buckets in small steps. */
export interface WeeklyProfileBuilder {
  /**
   * Queues a bucket, unless its profile was requested less than `refreshEveryMs` ago.
   * @param now milliseconds since the epoch
   */
  request(bucket: Bucket, now: number): void;
  /** Reports whether buckets are queued. */
  hasWork(): boolean;
  /**
   * Reads the past spending of one credential of the current bucket.
   * @param now milliseconds since the epoch
   * @returns the bucket if it now has a weekly profile for the first time, otherwise undefined; or a promise of it
   * @throws Error if the past cannot be read, or rejects with it; the bucket keeps its profile and is queued again after
   * 10 minutes
   */
  step(now: number): Bucket | undefined | Promise<Bucket | undefined>;
}

/** The delay before a failed read is repeated, in milliseconds: 10 minutes. */
const RETRY_AFTER_MS = 600_000;
/** The maximum number of credentials that are read per bucket: all observe the same pulls, a few fill each other's gaps. */
const MAX_CREDENTIALS = 10;
/** The period that is read, in milliseconds: eight weeks. */
const LOOK_BACK_MS = 8 * 7 * 86_400_000;

interface ProfileBuild {
  readonly bucket: Bucket;
  /** The credentials whose past has not been read yet. */
  readonly members: CredentialIdentity[];
  /** The hours of the bucket by their start, in milliseconds since the epoch. */
  readonly hours: Map<number, SpentHour>;
}

/** Creates a builder with an empty queue. */
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
      // Math.abs(): a clock that was set back must not block requests.
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

/** Keeps each hour of the credential that observed it longest: all credentials of a bucket observe the same pulls. */
function keepLongestObserved(hours: Map<number, SpentHour>, seen: readonly SpentHour[]): void {
  for (const hour of seen) {
    const best = hours.get(hour.at);
    if (!best || hour.observedSeconds > best.observedSeconds) hours.set(hour.at, hour);
  }
}

/** Sets the profile of a bucket if there is enough data; returns whether it is the first one. */
function setProfile(bucket: Bucket, hours: readonly SpentHour[]): boolean {
  const wasKnown = bucket.profile !== undefined;
  const profile = buildWeeklyProfile(hours);
  bucket.profile = profile.observedHours >= PROFILE_NEEDED_HOURS ? profile : undefined;
  return !wasKnown && bucket.profile !== undefined;
}
