import type { CredentialIdentity } from '../domain/credential-state.ts';
import type { SeriesPoint } from '../domain/forecast/series-point.ts';

/** What a history that outlasts the process gives to forecasts after a start. */
export interface RecentSamples {
  /**
   * What a credential's results of the last hours said of its limit; failures may be left out.
   * @param from milliseconds since the epoch
   * @returns in the order of time; empty when there are none. At once, or later where somebody else has to be asked
   * @throws Error when they cannot be read, or rejects with it; the forecasts then begin anew
   */
  recentSamples(
    identity: CredentialIdentity,
    from: number,
  ): readonly SeriesPoint[] | Promise<readonly SeriesPoint[]>;
}
