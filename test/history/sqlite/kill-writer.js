// Records results as fast as it can until it is killed, a minute of simulated time after the other, and says after each
// write up to when everything is committed. Arguments: the history file, and where simulated time goes on.
import { writeSync } from 'node:fs';
import { createSqliteHistory } from '../../../dist/history/sqlite/sqlite-history.js';

const MINUTE_MS = 60_000;
const CREDENTIALS = 5;
const [path = '', startAt = '0'] = process.argv.slice(2);
let now = Number(startAt);
let tick = () => undefined;
const fail = (message, fields) => {
  throw new Error(message, { cause: fields?.error });
};
const history = createSqliteHistory({
  path,
  makesFolder: false,
  retentionMs: 90 * 86_400_000,
  clock: { now: () => now, monotonicMs: () => performance.now() },
  log: { debug: fail, info: fail, warn: fail, error: fail },
  every(_, write) {
    tick = write;
    return () => undefined;
  },
});
const names = Array.from({ length: CREDENTIALS }, (_, i) => `c${i}`);
history.open();
history.apply(names.map((name) => ({ name, hasLogin: false, fingerprint: name })));

function recordMinute() {
  now += MINUTE_MS;
  for (const credential of names) {
    const remaining = 100 - ((now / MINUTE_MS) % 100);
    const rateLimit = { limit: 100, remaining, windowSeconds: 21_600 };
    const reading = { kind: 'metered', rateLimit, source: undefined };
    history.record({ credential, at: now, durationMs: 1, intervalMs: MINUTE_MS, reading });
  }
}

for (;;) {
  for (let i = 0; i < 10; i += 1) recordMinute();
  tick();
  writeSync(1, `${now}\n`);
}
