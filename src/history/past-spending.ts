import type { CredentialIdentity } from '../domain/credential-state.ts';
import type { SpentHour } from '../domain/forecast/weekly-profile.ts';

/** What a history that outlasts the process tells of the weeks before. */
export interface PastSpending {
  /** How often it is worth asking again, in milliseconds. */
  readonly learnEveryMs: number;
  /**
   * What was spent in each past hour, as one credential saw it, of the bucket it had with this source. Hours in which it
   * reported another source too, or in which nobody looked, are not there.
   * @param source undefined for the hours in which the hub named none
   * @param from milliseconds since the epoch
   * @returns in the order of time; empty when there are none. At once, or later where somebody else has to be asked
   * @throws Error when they cannot be read, or rejects with it
   */
  hourlySpending(
    identity: CredentialIdentity,
    source: string | undefined,
    from: number,
  ): readonly SpentHour[] | Promise<readonly SpentHour[]>;
}
