// Records results as fast as it can until it is killed, a minute of simulated time after the other, and says after each
// write up to when everything is committed. Every minute alerting commits as well: two documents that say the minute, one
// more that is there in every other minute, and an event. Arguments: the history file, and where simulated time goes on.
import { writeSync } from 'node:fs';
import { createSqliteHistory } from '../../../src/history/sqlite/sqlite-history.ts';

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

function commitAlerts() {
  const [even, odd] = [
    { kind: 'outbox', key: 'even' },
    { kind: 'told', key: 'odd' },
  ];
  const both = ['a', 'b'].map((key) => ({ kind: 'alert', key, value: now }));
  const [kept, gone] = (now / MINUTE_MS) % 2 === 0 ? [even, odd] : [odd, even];
  const events = [{ kind: 'firing', at: now, alert: { rule: 'RateLimitLow', credentials: names } }];
  history.alertStore.commit({ put: [...both, { ...kept, value: now }], remove: [gone], events });
  writeSync(1, `alerts ${now}\n`);
}

for (;;) {
  for (let i = 0; i < 10; i += 1) {
    recordMinute();
    commitAlerts();
  }
  tick();
  writeSync(1, `results ${now}\n`);
}
