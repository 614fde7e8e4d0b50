import { prepareShowcase } from '../../src/simulator/showcase.ts';
import { type RunningHeadroom, startHeadroom } from '../end-to-end/running-headroom.ts';
import { freePort } from '../metrics/prometheus-server.ts';
import { type FailingReceivers, startFailingReceivers } from './failing-receivers.ts';

/** What there is to scrape: everything that a dashboard can show, at once. */
export interface ShowcaseTargets {
  readonly headroom: RunningHeadroom;
  /** Scrape jobs, as YAML under `scrape_configs`. */
  readonly scrapeConfigs: string;
  stop(): Promise<void>;
}

/** Starts a fleet of one Headroom in a cluster named north, and the same seen without such a label. */
export async function startShowcaseTargets(): Promise<ShowcaseTargets> {
  const failing = await startFailingReceivers();
  const headroom = await startShowcase(failing.receivers);
  const address = headroom.app.urls[0]?.host;
  return {
    headroom,
    scrapeConfigs: `
- job_name: headroom
  static_configs: [{ targets: ['${address}'], labels: { cluster: north } }]
- job_name: prod-headroom
  static_configs: [{ targets: ['${address}'] }]
- job_name: gone-headroom
  static_configs: [{ targets: ['127.0.0.1:${await freePort()}'] }]
`,
    async stop() {
      await headroom.stop();
      failing.stop();
    },
  };
}

/** Headroom on the simulated hub of `headroom demo`, with every name that can be emitted. */
async function startShowcase(receivers: FailingReceivers['receivers']): Promise<RunningHeadroom> {
  let credentials: ReturnType<typeof prepareShowcase> = [];
  const headroom = await startHeadroom({
    prepare(control) {
      credentials = prepareShowcase(control);
    },
    settings: () => ({
      poll: { schedule: '* * * * * *', jitter: '0s', timeout: '1s' },
      credentials: credentials.map(({ name, username, password }) => ({ name, username, password })),
      alerts: { receivers },
      metrics: { compatibility: ['viadee', 'gitlab', 'jadolg', 'tcaty'] },
    }),
  });
  await headroom.app.firstRound;
  // Seen under its own name first, and from now on under its address.
  headroom.control.setFault('dropped-to-anonymous', { account: 'acmecontractor' });
  return headroom;
}
