import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrometheusServer, startPrometheus, waitUntil } from '../metrics/prometheus-server.ts';
import { describeWithProgram } from '../requires-program.ts';
import { ACCEPT } from './exported.ts';
import { type RunningHeadroom, startHeadroom } from './running-headroom.ts';

/** Asked every second, so that what happens is seen soon, and old values leave after three. */
const CI = { name: 'ci', username: 'acmeci', password: 'right', schedule: '* * * * * *', jitter: '0s' };
const BOTH = { credentials: [{ name: 'anonymous' }, CI] };
const WITHOUT_CI = { credentials: [{ name: 'anonymous' }] };
/** By `/metrics` in both formats, and one credential at a time by `/probe`. */
const JOBS = ['openmetrics', 'text', 'probe'] as const;

describeWithProgram('prometheus', 'a real Prometheus on the whole of Headroom', () => {
  let headroom: RunningHeadroom;
  let asText: Server;
  let prometheus: PrometheusServer;

  beforeAll(async () => {
    headroom = await startHeadroom({
      settings: () => BOTH,
      prepare(control) {
        control.addAccount({ name: 'acmeci', password: 'right' });
        control.spend({ source: '127.0.0.1', pulls: 24 });
      },
    });
    await headroom.app.firstRound;
    asText = await startTextOnly(headroom);
    prometheus = await startPrometheus(scrapeConfigs(headroom.app.urls[0]?.host, portOf(asText)));
    await expectStored('up == 1', 4);
  });

  afterAll(async () => {
    await prometheus?.stop();
    asText?.close();
    await headroom?.stop();
  });

  async function expectStored(expression: string, series: number): Promise<void> {
    await waitUntil(async () => expect(await prometheus.query(expression)).toHaveLength(series));
  }

  async function reload(settings: object): Promise<void> {
    await headroom.configure({ ...settings });
    expect((await headroom.get('/-/reload', { method: 'POST' })).status).toBe(200);
  }

  test('stores what is left, in every form', async () => {
    await expectStored('dockerhub_ratelimit_remaining{credential="anonymous"} == 76', JOBS.length);
    await expectStored('dockerhub_ratelimit_remaining{credential="ci"} == 200', JOBS.length);
    await expectStored('probe_success == 1', 2);
  });

  test('sees a pull with the next poll', async () => {
    headroom.control.spend({ account: 'acmeci', pulls: 50 });

    await expectStored('dockerhub_ratelimit_remaining{credential="ci"} == 150', JOBS.length);
  });

  test('sees that Docker Hub is down at once, and the number leave after three intervals', async () => {
    headroom.control.setFault('unavailable', { account: 'acmeci' });

    await expectStored('dockerhub_up{credential="ci"} == 0', JOBS.length);
    await expectStored('dockerhub_ratelimit_remaining{credential="ci"}', 0);
    await expectStored('dockerhub_ratelimit_remaining{credential="anonymous"} == 76', JOBS.length);
    await expectStored('up == 1', 4);

    headroom.control.clearFault();
    await expectStored('dockerhub_ratelimit_remaining{credential="ci"} == 150', JOBS.length);
  });

  test('drops every series of a credential that a reload removes, and adds them again', async () => {
    await reload(WITHOUT_CI);

    await expectStored('{credential="ci"}', 0);
    await expectStored('dockerhub_up{credential="anonymous"} == 1', JOBS.length);
    await expectStored('up{job="probe",instance="ci"} == 0', 1);

    await reload(BOTH);
    await expectStored('dockerhub_ratelimit_remaining{credential="ci"} == 150', JOBS.length);
  });

  test('keeps scraping, and sees it, when a reload is refused', async () => {
    await headroom.configure({ credentials: [{ name: 'ci', pasword: 'x' }] });
    expect((await headroom.get('/-/reload', { method: 'POST' })).status).toBe(500);
    await expectStored('dockerhub_exporter_config_last_reload_successful == 0', 2);
    await expectStored('dockerhub_up{credential="ci"} == 1', JOBS.length);

    await reload(BOTH);
    await expectStored('dockerhub_exporter_config_last_reload_successful == 1', 2);
  });
});

function scrapeConfigs(host: string | undefined, textPort: number): string {
  return `
- job_name: openmetrics
  static_configs: [{ targets: ['${host}'] }]
- job_name: text
  static_configs: [{ targets: ['127.0.0.1:${textPort}'] }]
- job_name: probe
  metrics_path: /probe
  static_configs: [{ targets: [anonymous, ci] }]
  relabel_configs:
    - { source_labels: [__address__], target_label: __param_credential }
    - { source_labels: [__address__], target_label: instance }
    - { target_label: __address__, replacement: '${host}' }
`;
}

/** Asks Headroom for the text format on behalf of a Prometheus that would rather have OpenMetrics. */
async function startTextOnly(headroom: RunningHeadroom): Promise<Server> {
  const server = createServer(async (request, response) => {
    const answer = await headroom.get(request.url ?? '/', { headers: { accept: ACCEPT.text } });
    response.setHeader('Content-Type', answer.headers.get('content-type') ?? '');
    response.end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('No port was given');
  return address.port;
}
