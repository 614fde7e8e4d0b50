import { onTestFinished } from 'vitest';
import { readSeriesText } from '../../src/domain/history/history-text.ts';
import type { SpendingService } from '../../src/domain/spending/spending-service.ts';
import { createWeb, type Web } from '../../src/web/web.ts';
import type { WebOptions } from '../../src/web/web-options.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { NOW, STATES } from './states.ts';

const notPlanned = async () => ({ kind: 'busy', retryAfterSeconds: 10 }) as const;

/** A service without the section `spending` in the configuration. */
const NOTHING_WATCHED: SpendingService = {
  isOn: () => false,
  buckets: () => [],
  report: async () => undefined,
  usage: async () => undefined,
  waiting: () => [],
  clusters: () => [],
};

/** Returns options of a server on loopback, with one credential in each status. */
export function webOptions(changes: Partial<WebOptions> = {}): WebOptions {
  const options: WebOptions = {
    listenAddresses: [{ host: '127.0.0.1', port: 0 }],
    routePrefix: '/',
    version: '1.2.3',
    clock: { now: () => NOW, monotonicMs: () => performance.now() },
    log: SILENT_LOG,
    states: () => STATES,
    outlookOf: () => undefined,
    courseOf: () => undefined,
    routeOf: () => ({}),
    subscribe: () => () => undefined,
    pollNow: async () => 'probed',
    plan: { report: notPlanned, page: notPlanned },
    spending: NOTHING_WATCHED,
    series: () => undefined,
    bucketSeries: () => undefined,
    seriesText: (...request) => readSeriesText(options, ...request),
    changes: () => undefined,
    recentProbes: () => ({ newest: [], failures: [] }),
    fleet: () => undefined,
    isReady: () => true,
    configYaml: () => 'web:\n  route_prefix: /\n',
    reload: async () => ({ ok: true }),
    expose: () => ({
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      body: [Buffer.from('up 1\n'), Buffer.from('# end\n')],
    }),
    probe: async (name) => ({
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      body: [Buffer.from(`probe_success{credential="${name}"} 1\n`)],
    }),
    ...changes,
  };
  return options;
}

/** Starts a server and stops it when the test has finished; returns it with its URL. */
export async function startWeb(changes: Partial<WebOptions> = {}): Promise<{ web: Web; url: URL }> {
  const web = createWeb(webOptions(changes));
  await web.start();
  onTestFinished(() => web.stop());
  const [url] = web.urls;
  if (!url) throw new Error('The server does not listen');
  return { web, url };
}
