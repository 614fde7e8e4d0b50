import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startSimulatedHub } from '../hub/simulated-hub.ts';
import { playHubScripts } from './hub-scripts.ts';
import { run, start } from './run-program.ts';

/** What a Headroom lists of its one credential, as far as `wait` looks at it. */
const LISTED = {
  name: 'ci',
  labels: null,
  limit: 100,
  enforced: true,
  failure: null,
  blocked: null,
  forecast: null,
};
const LAST = { status: 200, remaining: 50 };

describe('headroom wait', () => {
  playHubScripts(join(import.meta.dirname, 'wait/scripts'));
});

test('headroom wait goes as soon as the pulls are back', async () => {
  const { simulator, control } = await startSimulatedHub();
  control.spend({ source: '127.0.0.1', pulls: 95 });
  const env = { HEADROOM_HUB_URL: simulator.url.origin };

  const waiting = start(['wait', '--pulls=20', '--interval=1s', '--timeout=1m'], { env });
  await waiting.complained(/Waiting for 20: 5 of 100 left/);
  control.refill({ source: '127.0.0.1' });

  expect(await waiting.finished).toMatchObject({ exitCode: 0, stdout: 'Go: 100 of 100 left\n' });
});

test('headroom wait ends with its reason when it is stopped', async () => {
  const { simulator, control } = await startSimulatedHub();
  control.spend({ source: '127.0.0.1', pulls: 95 });
  const env = { HEADROOM_HUB_URL: simulator.url.origin };

  const waiting = start(['wait', '--pulls=20'], { env });
  await waiting.complained(/Waiting for 20/);
  const { exitCode, stderr } = await waiting.stop();

  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/Stopped: /);
});

test('headroom wait goes on while the Headroom that it queries restarts', async () => {
  const answers = [
    { status: 200, remaining: 5 },
    { status: 200, remaining: 5 },
    { status: 502, remaining: 0 },
    { status: 200, remaining: 50 },
  ];
  const server = createServer((_request, response) => {
    const { status, remaining } = answers.length > 1 ? (answers.shift() ?? LAST) : (answers[0] ?? LAST);
    response.writeHead(status).end(JSON.stringify([{ ...LISTED, remaining }]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;

  const argv = ['wait', '--pulls=20', '--interval=1s', '--timeout=1m', `--server=http://127.0.0.1:${port}`];
  const { exitCode, stdout, stderr } = await run(argv);

  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Go: 50 of 100 left\n' });
  expect(stderr).toMatch(
    /Waiting for 20: 5 of 100 left\nWaiting for 20: No Headroom answers at .*: status 502\n/,
  );
});
