import { prepareShowcase } from '../../src/simulator/showcase.ts';
import { type House, startHouse } from '../end-to-end/running-house.ts';
import { freePort } from '../metrics/prometheus-server.ts';
import { type FailingReceivers, startFailingReceivers } from './failing-receivers.ts';

/** What there is to scrape: everything that a dashboard can show, at once. */
export interface ShowcaseTargets {
  readonly house: House;
  /** Jobs for whoever scrapes, as YAML under `scrape_configs`. */
  readonly scrapeConfigs: string;
  stop(): Promise<void>;
}

/** Starts a fleet of one Headroom in a cluster named north, and the same seen without such a label. */
export async function startShowcaseTargets(): Promise<ShowcaseTargets> {
  const failing = await startFailingReceivers();
  const house = await startShowcase(failing.receivers);
  const headroom = house.app.urls[0]?.host;
  return {
    house,
    scrapeConfigs: `
- job_name: headroom
  static_configs: [{ targets: ['${headroom}'], labels: { cluster: north } }]
- job_name: prod-headroom
  static_configs: [{ targets: ['${headroom}'] }]
- job_name: gone-headroom
  static_configs: [{ targets: ['127.0.0.1:${await freePort()}'] }]
`,
    async stop() {
      await house.stop();
      failing.stop();
    },
  };
}

/** Headroom on the simulated hub of `headroom demo`, with every name that can be emitted. */
async function startShowcase(receivers: FailingReceivers['receivers']): Promise<House> {
  let credentials: ReturnType<typeof prepareShowcase> = [];
  const house = await startHouse({
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
  await house.app.firstRound;
  // Seen under its own name first, and from now on under its address.
  house.control.setFault('dropped-to-anonymous', { account: 'acmecontractor' });
  return house;
}
