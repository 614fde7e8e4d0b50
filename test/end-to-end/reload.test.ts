import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import type { Config } from '../../src/config/config.ts';
import { parseFlags } from '../../src/config/flags.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { manualClock } from '../hub/fixtures.ts';
import { listen } from '../hub/loopback-server.ts';
import { startSimulatedHub } from '../hub/simulated-hub.ts';
import { parseExposition } from '../metrics/parse-exposition.ts';
import { readExposition, scrape } from './exported.ts';
import { eventually, type HeadroomProcess, runHeadroom } from './headroom-process.ts';
import { type HeadroomOptions, type RunningHeadroom, startHeadroom, WHEN_ASKED } from './running-headroom.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Says `reload` to a process, in both ways there are. */
const WAYS = [
  { way: 'SIGHUP', reload: async ({ child }: HeadroomProcess) => void child.kill('SIGHUP') },
  {
    way: 'POST /-/reload',
    reload: async (headroom: HeadroomProcess) => void (await headroom.get('/-/reload', { method: 'POST' })),
  },
];

describe.each(WAYS)('$way', ({ reload }) => {
  test('puts a new file in force, and keeps it when the next one is bad', async () => {
    const { simulator } = await startSimulatedHub();
    const folder = temporaryFolder();
    const configure = (...names: string[]) =>
      folder.write('headroom.yml', {
        hub: { url: simulator.url.origin },
        web: { listen_address: '127.0.0.1:0' },
        credentials: names.map((name) => ({ name })),
      });
    const headroom = runHeadroom([`--config.file=${configure('old', 'kept')}`]);
    const expectExported = (up: Record<string, number | undefined>, isGood: number) =>
      eventually(async () => {
        const text = await (await headroom.get('/metrics')).text();
        const found = Object.keys(up).map((name) => [name, readExposition(text, name).up]);
        expect(Object.fromEntries(found)).toEqual(up);
        expect(reloadGauge(text)).toBe(isGood);
      });
    await expectExported({ old: 1, kept: 1, new: undefined }, 1);

    configure('kept', 'new');
    await reload(headroom);
    await expectExported({ old: undefined, kept: 1, new: 1 }, 1);

    folder.write('headroom.yml', 'credentials: [{ name: kept, pasword: x }, { name: kept }]');
    await reload(headroom);
    await expectExported({ old: undefined, kept: 1, new: 1 }, 0);
    const line = headroom.output.stderr.split('\n').find((text) => text.includes('level=error'));
    expect(line).toContain('The configuration is invalid; the old one stays in use');
    expect(line).toContain('credentials[0].pasword');

    configure('new');
    await reload(headroom);
    await expectExported({ old: undefined, kept: undefined, new: 1 }, 1);
  });
});

describe('reload() of a running Headroom', () => {
  async function open(options: HeadroomOptions): Promise<RunningHeadroom> {
    const headroom = await startHeadroom(options);
    onTestFinished(() => headroom.stop());
    await headroom.app.firstRound;
    return headroom;
  }
  const post = (headroom: RunningHeadroom) => headroom.get('/-/reload', { method: 'POST' });

  test('answers a bad file with 500 and every problem', async () => {
    const headroom = await open({});
    await headroom.configure({ poll: { tiemout: '5s' }, credentials: [{ name: '!' }] });

    const answer = await post(headroom);

    expect(answer.status).toBe(500);
    const body = await answer.text();
    expect(body).toContain('poll.tiemout');
    expect(body).toContain('credentials[0].name');
    expect((await scrape(headroom)).up).toBe(1);
  });

  test('moves to another hub, and drops the results of the old one', async () => {
    const headroom = await open({ simulator: { limits: { anonymous: 10 } } });
    expect((await scrape(headroom)).limit).toBe(10);
    const other = await startSimulatedHub({ limits: { anonymous: 77 } });

    await headroom.configure({ hub: { url: other.simulator.url.origin } });
    expect((await post(headroom)).status).toBe(200);

    await eventually(async () => expect(await scrape(headroom)).toMatchObject({ up: 1, limit: 77 }));
    expect(await (await headroom.get('/config')).text()).toContain(other.simulator.url.origin);
  });

  test('keeps the state of a credential whose schedule or timeout changes', async () => {
    const headroom = await open({});
    headroom.control.setFault('hang');

    await headroom.configure({ poll: { schedule: '*/5 * * * *', timeout: '1m' } });
    await post(headroom);

    expect(await scrape(headroom)).toMatchObject({ up: 1, remaining: 100 });
  });

  test('lets a probe under way end, when the requests to the hub change', async () => {
    const held: ServerResponse[] = [];
    const port = await listen(createServer((_, response) => void held.push(response)));
    const hub = { url: `http://127.0.0.1:${port}` };
    const headroom = await startHeadroom({ settings: () => ({ hub }) });
    onTestFinished(() => headroom.stop());
    await eventually(() => expect(held).toHaveLength(1));

    await headroom.configure({ hub: { ...hub, allow_insecure: true } });
    await post(headroom);
    held[0]?.writeHead(200, { 'ratelimit-limit': '100;w=3600', 'ratelimit-remaining': '76;w=3600' }).end();

    await headroom.app.firstRound;
    expect(await scrape(headroom)).toMatchObject({ up: 1, remaining: 76, failures: {} });
  });

  test('adds compatibility names, and removes them', async () => {
    const headroom = await open({});
    const gauges = async () => /dockerhub_limit_remaining_requests_total/.test((await scrape(headroom)).text);

    await headroom.configure({ metrics: { compatibility: ['viadee'] } });
    await post(headroom);
    expect(await gauges()).toBe(true);

    await headroom.configure({});
    await post(headroom);
    expect(await gauges()).toBe(false);
  });

  test('needs no reload for a new password in its file, nor for one that was rejected', async () => {
    const clock = manualClock();
    const folder = temporaryFolder();
    const password_file = folder.write('password', 'wrong\n');
    const headroom = await open({
      clock,
      settings: () => ({
        poll: { schedule: WHEN_ASKED },
        credentials: [{ name: 'ci', username: 'acmeci', password_file }],
      }),
      prepare: (control) => void control.addAccount({ name: 'acmeci', password: 'right' }),
    });
    expect(await scrape(headroom, 'ci')).toMatchObject({ up: 0, failures: { unauthorized: 1 } });

    folder.write('password', 'right\n');
    clock.advance(60_000);
    await headroom.get('/probe?credential=ci');

    expect(await scrape(headroom, 'ci')).toMatchObject({ up: 1, limit: 200 });
  });

  test('goes on after an unexpected error while the configuration is read', async () => {
    const { simulator } = await startSimulatedHub();
    const flags = parseFlags([]);
    const good = await loadConfig({
      flags,
      env: {
        HEADROOM_HUB_URL: simulator.url.origin,
        HEADROOM_LISTEN_ADDRESS: '127.0.0.1:0',
        HEADROOM_HISTORY_PATH: join(temporaryFolder().path, 'headroom.db'),
      },
    });
    const loads: (() => Config)[] = [
      () => {
        throw new TypeError('Nobody foresaw this');
      },
      () => good,
    ];
    const { log, lines } = createLogRecorder();
    const app = createApp({
      config: good,
      loadConfig: async () => (loads.shift() ?? (() => good))(),
      env: {},
      build: { version: '0.0.0-test', revision: 'unknown', nodeVersion: '0' },
      clock: manualClock(),
      random: () => 0,
      log,
    });
    await app.start();
    onTestFinished(() => app.stop());

    expect(await app.reload()).toEqual({ ok: false, problems: 'Headroom itself failed; its log says why' });
    expect(await app.reload()).toEqual({ ok: true });

    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });
});

function reloadGauge(text: string): number {
  return Number(
    parseExposition(text).samples.get('dockerhub_exporter_config_last_reload_successful{}') ?? Number.NaN,
  );
}
