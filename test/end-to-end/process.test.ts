import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { startProxy } from '../hub/connect-proxy.ts';
import { startSimulatedHub } from '../hub/simulated-hub.ts';
import { readExposition } from './exported.ts';
import { eventually, runHeadroom } from './headroom-process.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ANY_PORT = { HEADROOM_LISTEN_ADDRESS: '127.0.0.1:0' };

describe('headroom starts', () => {
  test('without a configuration: anonymous, at Docker Hub, by the usual proxy variables', async () => {
    const proxy = await startProxy(0, 503);

    const headroom = runHeadroom([], { ...ANY_PORT, HTTPS_PROXY: proxy.url.href });

    await eventually(async () => expect((await headroom.get('/-/ready')).status).toBe(200));
    expect(proxy.tunnels).toContain('registry-1.docker.io:443');
    const text = await (await headroom.get('/metrics')).text();
    expect(readExposition(text)).toMatchObject({ up: 0, failures: { proxy: 1 } });
    expect(headroom.output.stdout).toBe('');
  });

  test('with the login of the environment beside the anonymous one', async () => {
    const { control, simulator } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password: 'right' });

    const headroom = runHeadroom([], {
      ...ANY_PORT,
      HEADROOM_HUB_URL: simulator.url.origin,
      DOCKERHUB_USERNAME: 'acmeci',
      DOCKERHUB_PASSWORD: 'right',
    });

    await eventually(async () => expect((await headroom.get('/-/ready')).status).toBe(200));
    const text = await (await headroom.get('/metrics')).text();
    expect(readExposition(text, 'acmeci')).toMatchObject({ up: 1, limit: 200, sources: ['acmeci'] });
    expect(readExposition(text, 'anonymous')).toMatchObject({ up: 1, limit: 100, sources: ['127.0.0.1'] });
  });
});

describe('headroom stays', () => {
  test('without its history while another Headroom has the file, which goes on to read and write it', async () => {
    const { simulator } = await startSimulatedHub();
    const path = join(temporaryFolder().path, 'headroom.db');
    const env = { ...ANY_PORT, HEADROOM_HUB_URL: simulator.url.origin, HEADROOM_HISTORY_PATH: path };
    const first = runHeadroom([], env);
    const past = '/api/v1/credentials/anonymous/history';
    await eventually(async () => expect((await first.get('/-/ready')).status).toBe(200));
    expect((await first.get(past)).status).toBe(200);

    const second = runHeadroom([], env);

    await eventually(() =>
      expect(second.output.stderr).toContain(`Another process uses the history file: ${path}`),
    );
    expect(await (await second.get('/metrics')).text()).toContain(
      '\ndockerhub_exporter_history_writable 0\n',
    );
    expect(await (await first.get('/metrics')).text()).toContain('\ndockerhub_exporter_history_writable 1\n');
    expect((await first.get(past)).status).toBe(200);
  });

  test('when SIGHUP comes while it starts, and then reads the configuration again', async () => {
    const { simulator } = await startSimulatedHub();
    const folder = temporaryFolder();
    const file = folder.pipe('headroom.yml');
    const settings = { hub: { url: simulator.url.origin }, web: { listen_address: '127.0.0.1:0' } };
    const headroom = runHeadroom([`--config.file=${file}`]);
    // Opens when Headroom begins to read, which lasts until this end is closed.
    const pipe = await open(file, 'w');

    folder.remove('headroom.yml');
    folder.write('headroom.yml', { ...settings, credentials: [{ name: 'new' }] });

    headroom.child.kill('SIGHUP');
    await pipe.writeFile(JSON.stringify(settings));
    await pipe.close();
    await headroom.url();

    await eventually(() => expect(headroom.output.stderr).toContain('Reloaded the configuration'));
    expect(headroom.child.exitCode).toBe(null);
  });
});

describe('headroom ends', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'with exit code 0, within 5 seconds of %s, while probes hang',
    async (signal) => {
      const { control, simulator } = await startSimulatedHub();
      control.setFault('hang');
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
      const file = temporaryFolder().write('headroom.yml', {
        hub: { url: simulator.url.origin },
        poll: { timeout: '5m' },
        web: { listen_address: '127.0.0.1:0' },
        credentials: names.map((name) => ({ name })),
      });
      const headroom = runHeadroom([`--config.file=${file}`]);
      await eventually(() => expect(control.ledger()).toHaveLength(names.length));
      const waiting = headroom.get('/probe?credential=a').then(
        () => undefined,
        () => undefined,
      );
      await headroom.get('/-/healthy');

      const sentAt = performance.now();
      headroom.child.kill(signal);

      expect(await headroom.exited).toBe(0);
      expect(performance.now() - sentAt).toBeLessThan(5_000);
      await waiting;
    },
  );

  test('with exit code 2 and every problem of a bad configuration', async () => {
    const file = temporaryFolder().write(
      'headroom.yml',
      'poll:\n  tiemout: 5s\n  jitter: soon\ncredentials:\n  - name: ci\n    username: acmeci\n    password_file: missing\n',
    );

    const headroom = runHeadroom([`--config.file=${file}`, '--log.levle=debug']);

    expect(await headroom.exited).toBe(2);
    const { stdout, stderr } = headroom.output;
    expect(stdout).toBe('');
    expect(stderr).toContain('The configuration has 4 problems');
    for (const part of ['--log.level', 'poll.tiemout', 'poll.jitter', 'credentials[0].password_file']) {
      expect(stderr).toContain(part);
    }
  });

  test('with exit code 0 after --config.check of a good configuration', async () => {
    const headroom = runHeadroom(['--config.check']);

    expect(await headroom.exited).toBe(0);
    expect(headroom.output).toEqual({ stdout: 'The configuration is valid: 1 credential\n', stderr: '' });
  });

  test('with exit code 0 after --config.check --verbose, which prints what is in force as YAML', async () => {
    const headroom = runHeadroom(['--config.check', '--verbose', '--log.level=debug'], {
      DOCKERHUB_USERNAME: 'acmeci',
      DOCKERHUB_PASSWORD: 'hunter2hunter2',
    });

    expect(await headroom.exited).toBe(0);
    const { stdout, stderr } = headroom.output;
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^# The configuration is valid: 2 credentials\npoll:\n/);
    expect(stdout).not.toContain('hunter2');
    expect(parse(stdout)).toMatchObject({
      credentials: [{ name: 'anonymous' }, { name: 'acmeci', username: 'acmeci', password: '<secret>' }],
      log: { level: 'debug' },
    });
  });

  test('with exit code 1 and the address when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as { port: number };

    const headroom = runHeadroom([`--web.listen-address=127.0.0.1:${port}`]);

    expect(await headroom.exited).toBe(1);
    expect(headroom.output.stderr).toContain(`127.0.0.1:${port}`);
    expect(headroom.output.stderr).toMatch(/in use/);
    expect(headroom.output.stderr).not.toMatch(/^\s+at /m);
  });

  test('with exit code 2 for a command that does not exist', async () => {
    const headroom = runHeadroom(['sevre']);

    expect(await headroom.exited).toBe(2);
    expect(headroom.output.stderr).toContain('sevre');
    expect(headroom.output.stderr).toContain(
      'serve, plan, check, wait, forecast, spending, usage, report, diagnose',
    );
  });
});
