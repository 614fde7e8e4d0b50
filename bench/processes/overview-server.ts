/**
 * The web server of Headroom alone, with the given number of buckets: each with a series and a forecast, as after an hour of
 * polling. On request it sends an event or returns its memory.
 */
import { performance } from 'node:perf_hooks';
import { systemClock } from '../../src/cli/host.ts';
import { advance, type CredentialState, initialState } from '../../src/domain/credential-state.ts';
import { forecast } from '../../src/domain/forecast/forecast.ts';
import { recentUsage } from '../../src/domain/forecast/recent-usage.ts';
import type { SeriesPoint } from '../../src/domain/forecast/series-point.ts';
import type { LiveListener } from '../../src/domain/history/live-event.ts';
import { parseSource } from '../../src/domain/rate-limit.ts';
import { createWeb } from '../../src/web/web.ts';
import type { WebOptions } from '../../src/web/web-options.ts';
import { silentLog } from '../silent-log.ts';
import { endWithParent } from './end-with-parent.ts';

const MINUTE_MS = 60_000;
const LIMIT = 200;
const [count = '10'] = process.argv.slice(2);
const now = Date.now();

/** An hour of a bucket, one sample a minute, more of it spent the higher its number. */
function pointsOf(number: number): SeriesPoint[] {
  return Array.from({ length: 61 }, (_, i) => ({
    kind: 'limited',
    at: now - (60 - i) * MINUTE_MS,
    limit: LIMIT,
    remaining: Math.round(LIMIT - ((i * number) % LIMIT) / 2),
    windowSeconds: 3_600,
    source: `account${number}`,
  }));
}

function stateOf(number: number): CredentialState {
  const name = `credential-${number}`;
  const rateLimit = { limit: LIMIT, remaining: LIMIT - (number % LIMIT), windowSeconds: 3_600 };
  const reading = { kind: 'metered', rateLimit, source: parseSource(`account${number}`) } as const;
  // Believed for as long as the benchmark takes.
  const observation = { credential: name, at: now, durationMs: 120, intervalMs: 60 * MINUTE_MS, reading };
  return advance(initialState({ name, hasLogin: true, fingerprint: name }), observation, 100);
}

const numbers = Array.from({ length: Number(count) }, (_, number) => number);
const states = numbers.map(stateOf);
const courses = new Map(numbers.map((number) => [`credential-${number}`, recentUsage(pointsOf(number))]));
const outlook = { forecast: forecast(pointsOf(3), undefined, now), pool: undefined };
const listeners = new Set<LiveListener>();

const options: Partial<WebOptions> = {
  listenAddresses: [{ host: '127.0.0.1', port: 0 }],
  routePrefix: '/',
  version: 'bench',
  clock: systemClock,
  log: silentLog,
  states: () => states,
  outlookOf: () => outlook,
  courseOf: (name) => courses.get(name),
  routeOf: () => ({}),
  fleet: () => undefined,
  subscribe: (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

const web = createWeb(options as WebOptions);
await web.start();

endWithParent();
process.on('message', (question: 'tell' | 'memory') => {
  if (question === 'memory') {
    globalThis.gc?.();
    process.send?.(process.memoryUsage.rss());
    return;
  }
  const sentAtMs = performance.timeOrigin + performance.now();
  const outcome = { kind: 'failed', reason: 'timeout', detail: String(sentAtMs) } as const;
  const result = { credential: 'credential-0', at: now, durationMs: 120, intervalMs: MINUTE_MS, outcome };
  for (const listener of listeners) listener({ kind: 'result', result });
  process.send?.({});
});
process.send?.({ port: Number(web.urls[0]?.port) });
