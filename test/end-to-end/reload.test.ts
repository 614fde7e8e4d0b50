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
import { type House, type HouseOptions, startHouse, WHEN_ASKED } from './running-house.ts';
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

describe('reload() of the house', () => {
  async function open(options: HouseOptions): Promise<House> {
    const house = await startHouse(options);
    onTestFinished(() => house.stop());
    await house.app.firstRound;
    return house;
  }
  const post = (house: House) => house.get('/-/reload', { method: 'POST' });

  test('answers a bad file with 500 and every problem', async () => {
    const house = await open({});
    await house.configure({ poll: { tiemout: '5s' }, credentials: [{ name: '!' }] });

    const answer = await post(house);

    expect(answer.status).toBe(500);
    const body = await answer.text();
    expect(body).toContain('poll.tiemout');
    expect(body).toContain('credentials[0].name');
    expect((await scrape(house)).up).toBe(1);
  });

  test('moves to another hub, and forgets what the old one said', async () => {
    const house = await open({ simulator: { limits: { anonymous: 10 } } });
    expect((await scrape(house)).limit).toBe(10);
    const other = await startSimulatedHub({ limits: { anonymous: 77 } });

    await house.configure({ hub: { url: other.simulator.url.origin } });
    expect((await post(house)).status).toBe(200);

    await eventually(async () => expect(await scrape(house)).toMatchObject({ up: 1, limit: 77 }));
    expect(await (await house.get('/config')).text()).toContain(other.simulator.url.origin);
  });

  test('keeps the state of a credential whose schedule or timeout changes', async () => {
    const house = await open({});
    house.control.setFault('hang');

    await house.configure({ poll: { schedule: '*/5 * * * *', timeout: '1m' } });
    await post(house);

    expect(await scrape(house)).toMatchObject({ up: 1, remaining: 100 });
  });

  test('lets a probe under way end, when the hub is asked in another way from then on', async () => {
    const held: ServerResponse[] = [];
    const port = await listen(createServer((_, response) => void held.push(response)));
    const hub = { url: `http://127.0.0.1:${port}` };
    const house = await startHouse({ settings: () => ({ hub }) });
    onTestFinished(() => house.stop());
    await eventually(() => expect(held).toHaveLength(1));

    await house.configure({ hub: { ...hub, allow_insecure: true } });
    await post(house);
    held[0]?.writeHead(200, { 'ratelimit-limit': '100;w=3600', 'ratelimit-remaining': '76;w=3600' }).end();

    await house.app.firstRound;
    expect(await scrape(house)).toMatchObject({ up: 1, remaining: 76, failures: {} });
  });

  test('adds compatibility names, and takes them away', async () => {
    const house = await open({});
    const gauges = async () => /dockerhub_limit_remaining_requests_total/.test((await scrape(house)).text);

    await house.configure({ metrics: { compatibility: ['viadee'] } });
    await post(house);
    expect(await gauges()).toBe(true);

    await house.configure({});
    await post(house);
    expect(await gauges()).toBe(false);
  });

  test('needs no reload for a new password in its file, nor for one that was rejected', async () => {
    const clock = manualClock();
    const folder = temporaryFolder();
    const password_file = folder.write('password', 'wrong\n');
    const house = await open({
      clock,
      settings: () => ({
        poll: { schedule: WHEN_ASKED },
        credentials: [{ name: 'ci', username: 'acmeci', password_file }],
      }),
      prepare: (control) => void control.addAccount({ name: 'acmeci', password: 'right' }),
    });
    expect(await scrape(house, 'ci')).toMatchObject({ up: 0, failures: { unauthorized: 1 } });

    folder.write('password', 'right\n');
    clock.advance(60_000);
    await house.get('/probe?credential=ci');

    expect(await scrape(house, 'ci')).toMatchObject({ up: 1, limit: 200 });
  });

  test('goes on after a configuration could not be read for a reason nobody foresaw', async () => {
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
