import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { prepareShowcase } from '../../src/simulator/showcase.ts';
import { type House, startHouse } from '../house/running-house.ts';
import { freePort } from '../metrics/prometheus-server.ts';

/** What there is to scrape: everything that a dashboard can show, at once. */
export interface ShowcaseTargets {
  readonly house: House;
  /** Jobs for whoever scrapes, as YAML under `scrape_configs`. */
  readonly scrapeConfigs: string;
  stop(): Promise<void>;
}

/** Starts a fleet of one Headroom in a cluster named north, and the same seen without such a label. */
export async function startShowcaseTargets(): Promise<ShowcaseTargets> {
  const house = await startShowcase();
  const receivers = await startReceiverMetrics();
  const headroom = house.app.urls[0]?.host;
  return {
    house,
    scrapeConfigs: `
- job_name: headroom
  static_configs: [{ targets: ['${headroom}'], labels: { cluster: north } }]
- job_name: prod-headroom
  static_configs: [{ targets: ['${headroom}', '127.0.0.1:${receivers.port}'] }]
- job_name: gone-headroom
  static_configs: [{ targets: ['127.0.0.1:${await freePort()}'] }]
`,
    async stop() {
      receivers.server.close();
      receivers.server.closeAllConnections();
      await house.stop();
    },
  };
}

/** Headroom on the simulated hub of `headroom demo`, with every name that can be emitted. */
async function startShowcase(): Promise<House> {
  let credentials: ReturnType<typeof prepareShowcase> = [];
  const house = await startHouse({
    prepare(control) {
      credentials = prepareShowcase(control);
    },
    settings: () => ({
      poll: { schedule: '* * * * * *', jitter: '0s', timeout: '1s' },
      credentials: credentials.map(({ name, username, password }) => ({ name, username, password })),
      metrics: { compatibility: ['viadee', 'gitlab', 'jadolg', 'tcaty'] },
    }),
  });
  await house.app.firstRound;
  // Seen under its own name first, and from now on under its address.
  house.control.setFault('dropped-to-anonymous', { account: 'acmecontractor' });
  return house;
}

/** Metrics of a Headroom whose receiver gets one message a scrape, and loses it. */
async function startReceiverMetrics(): Promise<{ server: Server; port: number }> {
  let messages = 0;
  const server = createServer((_, response) => {
    messages += 1;
    const values = {
      notifications_total: messages,
      notifications_failed_total: messages,
      notifications_queued: 1,
    };
    response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
    response.end(
      Object.entries(values)
        .map(([name, value]) => `dockerhub_exporter_${name}{receiver="platform"} ${value}\n`)
        .join(''),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('No port was given');
  return { server, port: address.port };
}
