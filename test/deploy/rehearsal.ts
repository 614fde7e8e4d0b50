import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareShowcase } from '../../src/simulator/showcase.ts';
import { type House, startHouse } from '../house/running-house.ts';
import { freePort, type PrometheusServer, startPrometheus } from '../metrics/prometheus-server.ts';
import { type AlertmanagerServer, startAlertmanager } from './alertmanager-server.ts';
import { RULE_GROUPS, rulesInTimeLapse } from './rules-file.ts';

/** In a rehearsal a minute is half a second: durations of rules and queries are divided by this. */
export const TIME_LAPSE = 120;

/** The whole of it, by real programs: Headroom on a simulated hub in every state, Prometheus with the rules, Alertmanager. */
export interface Rehearsal {
  readonly house: House;
  readonly prometheus: PrometheusServer;
  readonly alertmanager: AlertmanagerServer;
  stop(): Promise<void>;
}

/** Starts a fleet of one Headroom in a cluster named north, and the same seen without such a label. */
export async function startRehearsal(): Promise<Rehearsal> {
  const alertmanager = await startAlertmanager();
  const folder = await mkdtemp(join(tmpdir(), 'headroom-rehearsal-'));
  const house = await startShowcase();
  const receivers = await startReceiverMetrics();
  const rulesFile = join(folder, 'rules.json');
  await writeFile(rulesFile, JSON.stringify(rulesInTimeLapse(RULE_GROUPS, TIME_LAPSE)));
  const prometheus = await startPrometheus(
    `
- job_name: headroom
  static_configs: [{ targets: ['${house.app.urls[0]?.host}'], labels: { cluster: north } }]
- job_name: prod-headroom
  static_configs: [{ targets: ['${house.app.urls[0]?.host}', '127.0.0.1:${receivers.port}'] }]
- job_name: gone-headroom
  static_configs: [{ targets: ['127.0.0.1:${await freePort()}'] }]
`,
    `
rule_files: ['${rulesFile}']
alerting: { alertmanagers: [{ static_configs: [{ targets: ['${alertmanager.address}'] }] }] }
`,
  );
  return {
    house,
    prometheus,
    alertmanager,
    async stop() {
      await prometheus.stop();
      receivers.server.close();
      receivers.server.closeAllConnections();
      await Promise.all([house.stop(), alertmanager.stop()]);
      await rm(folder, { recursive: true, force: true });
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
    const names = ['dockerhub_exporter_notifications_total', 'dockerhub_exporter_notifications_failed_total'];
    response.setHeader('Content-Type', 'text/plain; version=0.0.4; charset=utf-8');
    response.end(
      names.map((name) => `# TYPE ${name} counter\n${name}{receiver="platform"} ${messages}\n`).join(''),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('No port was given');
  return { server, port: address.port };
}
