import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fetchCredentials, ServerAnswerError } from '../../../src/cli/credentials/fetch-credentials.ts';
import { createWeb } from '../../../src/web/web.ts';
import { startSimulatedHub } from '../../hub/simulated-hub.ts';
import { webOptions } from '../../web/start-web.ts';
import { STATES } from '../../web/states.ts';
import { run } from '../run-program.ts';

/** A folder with a pod of one official image, and a configuration with two credentials for a hub. */
function prepare(hub: URL): { pod: string; config: string } {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-ask-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const pod = join(folder, 'pod.yml');
  const config = join(folder, 'headroom.yml');
  writeFileSync(pod, 'apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: a, image: "redis:8" }] }\n');
  writeFileSync(
    config,
    JSON.stringify({
      hub: { url: hub.origin },
      history: { path: join(folder, 'headroom.db') },
      credentials: [{ name: 'anonymous' }, { name: 'ci', username: 'acmeci', password: 'secret' }],
    }),
  );
  return { pod, config };
}

async function planOf(argv: readonly string[]) {
  const { exitCode, stdout } = await run(['plan', ...argv, '--output=json']);
  return { exitCode, report: JSON.parse(stdout) };
}

describe('headroom plan with Docker Hub', () => {
  test('with every credential, and draws on the anonymous bucket without spending any of it', async () => {
    const { simulator, control } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password: 'secret' });
    control.spend({ source: '127.0.0.1', pulls: 99 });
    const { pod, config } = prepare(simulator.url);

    const { exitCode, report } = await planOf([pod, `--config.file=${config}`]);

    expect(exitCode).toBe(1);
    expect(report.bucket).toMatchObject({
      credential: 'anonymous',
      source: '127.0.0.1',
      remaining: 1,
      limit: 100,
    });
    expect(report.advice[0]).toMatchObject({
      kind: 'credential',
      text: 'Sign in as ci: it has 200 pulls left',
    });
    expect(control.remaining({ source: '127.0.0.1' })).toBe(1);
  });

  test('and draws on the bucket of the credential that is named', async () => {
    const { simulator, control } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password: 'secret' });
    const { pod, config } = prepare(simulator.url);

    const { exitCode, report } = await planOf([pod, `--config.file=${config}`, '--credential=ci']);
    expect(exitCode).toBe(0);
    expect(report.bucket).toMatchObject({ credential: 'ci', login: true, source: 'acmeci', limit: 200 });

    const unknown = await run(['plan', pod, `--config.file=${config}`, '--credential=who']);
    expect(unknown).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('There is no such credential: "who". Allowed: anonymous, ci'),
    });
  });

  test('and states why a value is unknown', async () => {
    const { pod, config } = prepare(new URL('http://127.0.0.1:1'));
    const { exitCode, report } = await planOf([pod, `--config.file=${config}`]);
    expect(exitCode).toBe(3);
    expect(report).toMatchObject({ verdict: 'unknown', fits: null, pulls: { low: 2, high: 2 } });
    expect(report.answer).toContain('no connection to Docker Hub could be made');
  });

  test('and refuses a configuration that is bad', async () => {
    const { pod } = prepare(new URL('http://127.0.0.1:1'));
    const { exitCode, stderr } = await run(['plan', pod, `--config.file=${pod}`]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^The configuration has \d problems:/);
  });
});

describe('fetchCredentials()', () => {
  async function startServer(routePrefix = '/'): Promise<URL> {
    const web = createWeb(webOptions({ routePrefix }));
    await web.start();
    onTestFinished(() => web.stop());
    const [url] = web.urls;
    if (!url) throw new Error('The server does not listen');
    return url;
  }
  const { signal: stopSignal } = new AbortController();

  test('returns the credentials of a running Headroom', async () => {
    const url = await startServer('/headroom');
    const credentials = await fetchCredentials({ url: new URL('/headroom', url) }, { env: {}, stopSignal });
    expect(credentials.map(({ name }) => name)).toEqual(STATES.map(({ identity }) => identity.name));
  });

  test('rejects an answer of another program', async () => {
    const url = await startServer();
    await expect(
      fetchCredentials({ url: new URL('/elsewhere', url) }, { env: {}, stopSignal }),
    ).rejects.toThrow(
      /^No Headroom answers at http:\/\/127\.0\.0\.1:\d+\/elsewhere\/api\/v1\/credentials: status 404$/,
    );
    await expect(
      fetchCredentials({ url: new URL('http://127.0.0.1:1') }, { env: {}, stopSignal }),
    ).rejects.toBeInstanceOf(ServerAnswerError);
  });

  test('gives headroom plan its buckets', async () => {
    const url = await startServer();
    const { pod } = prepare(new URL('http://127.0.0.1:1'));
    const [state] = STATES.filter(({ known }) => known?.outcome.kind === 'limited');
    const name = state?.identity.name ?? '';
    const { report } = await planOf([pod, `--server=${url.origin}`, `--credential=${name}`]);
    expect(report.bucket).toMatchObject({ credential: name, limit: expect.any(Number) });
  });
});
