import type { Config } from '../config/config.ts';
import type { Observation } from '../domain/result.ts';
import { createSqliteHistory } from '../history/sqlite/sqlite-history.ts';
import type { Log } from '../kit/log.ts';

/** How often a history that lives faster writes and tidies up, in milliseconds of its own time: an hour. */
const TICK_EVERY_MS = 3_600_000;

/** Records a past into the history of a configuration, as if Headroom had lived through it; before it is served. */
export function recordPast(config: Config, past: readonly Observation[], log: Log): void {
  const { path, retentionMs } = config.history;
  let now = past[0]?.at ?? 0;
  let tick = (): void => undefined;
  const history = createSqliteHistory({
    path,
    makesFolder: false,
    retentionMs,
    clock: { now: () => now, monotonicMs: () => now },
    log,
    every: (_, callBack) => {
      tick = callBack;
      return () => undefined;
    },
  });
  history.open();
  history.apply(config.credentials.map(({ identity }) => identity));
  let tickAt = now;
  for (const observation of past) {
    now = observation.at;
    history.record(observation);
    if (now < tickAt) continue;
    tick();
    tickAt = now + TICK_EVERY_MS;
  }
  history.close();
}
