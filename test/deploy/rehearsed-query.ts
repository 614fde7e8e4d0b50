import { inTimeLapse, withVariables } from './promql.ts';

/** In a rehearsal a minute is half a second: durations of rules and queries are divided by this. */
export const TIME_LAPSE = 120;

/** Everything chosen, as Grafana fills it in. */
const EVERYTHING = {
  job: '.+',
  cluster: '.*',
  instance: '.+',
  credential: '.+',
  __rate_interval: '4m',
};

/** A query with everything chosen. */
export function ofEverything(query: string): string {
  return withVariables(query, EVERYTHING);
}

/** The same in the time of a rehearsal. */
export function rehearsed(query: string): string {
  return inTimeLapse(ofEverything(query), TIME_LAPSE);
}
