/**
 * Does an hour of Headroom's work on a history file, as fast as it can, and reports how much memory it then holds. Arguments:
 * the file, how many credentials it has, and when the hour begins.
 */
import { createForecastService } from '../../src/history/forecast-service.ts';
import { credentialNames, identitiesOf, openHistory, recordMinute } from '../history/credentials.ts';
import { silentLog } from '../silent-log.ts';
import { endWithParent } from './end-with-parent.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MINUTES = 60;
const CHARTS_A_MINUTE = 5;
const [path = '', credentials = '0', startAt = '0'] = process.argv.slice(2);

let now = Number(startAt);
const clock = { now: () => now, monotonicMs: () => performance.now() };
const names = credentialNames(Number(credentials));
const { history, tick } = openHistory(path, names, clock);
const waiting: (() => void)[] = [];
const after = (_: number, run: () => void) => {
  waiting.push(run);
  return () => undefined;
};
const forecasts = createForecastService({ clock, log: silentLog, after, past: history });
history.subscribe((result) => forecasts.record(result));
forecasts.apply(identitiesOf(names));

for (let minute = 0; minute < MINUTES; minute += 1) {
  now += MINUTE_MS;
  recordMinute(history, names, now);
  tick();
  for (let next = waiting.shift(); next; next = waiting.shift()) next();
  for (let chart = 0; chart < CHARTS_A_MINUTE; chart += 1) {
    const name = names[(minute * 617 + chart) % names.length] ?? '';
    for (const days of [1, 7, 90]) history.series(name, { from: now - days * DAY_MS, to: now, step: 'auto' });
  }
}
globalThis.gc?.();
endWithParent();
process.on('message', () => process.send?.({ residentBytes: process.memoryUsage().rss }));
process.send?.({ port: 0 });
