import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSimulatedHub } from '../hub/simulated-hub.ts';
import { playHubScripts } from './hub-scripts.ts';
import { start } from './run-program.ts';

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
