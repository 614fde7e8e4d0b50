import type { SpentHour } from '../../domain/forecast/weekly-profile.ts';
import type { PastTables } from './history-file.ts';

/**
 * What was spent of one source's bucket in each hour that has been summed up.
 * @param source undefined for the hours in which the hub named none
 * @param from milliseconds since the epoch
 */
export function readHourlySpending(
  { rollups, outcomes }: PastTables,
  credentialId: number,
  source: string | undefined,
  from: number,
): SpentHour[] {
  // An hour is summed up over all sources: one with several says nothing of any.
  const mixed = rollups.hoursOfSeveralSources(credentialId, from);
  return rollups
    .between(credentialId, 60, from, Number.MAX_SAFE_INTEGER)
    .flatMap(({ startAt, limitedId, spent, observedSeconds }) => {
      const isTold = limitedId !== null && spent !== null && observedSeconds > 0 && !mixed.has(startAt);
      if (!isTold || outcomes.outcome(limitedId).source !== (source ?? null)) return [];
      return [{ at: startAt, spent, observedSeconds }];
    });
}
