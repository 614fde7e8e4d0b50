import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type RunningHeadroom, type Settings, startHeadroom } from './running-headroom.ts';

interface AlertOfApi {
  readonly fingerprint: string;
  readonly rule: string;
  readonly state: string;
  readonly firing_since: string | null;
}

/** A Headroom whose bucket is empty, with its history in this file. */
function startEmpty(history: Settings): Promise<RunningHeadroom> {
  return startHeadroom({
    settings: () => ({ history }),
    prepare: (control) => void control.spend({ source: '127.0.0.1', pulls: 100 }),
  });
}

async function exhaustedIn(headroom: RunningHeadroom): Promise<AlertOfApi> {
  return vi.waitFor(
    async () => {
      const { alerts } = (await (await headroom.get('/api/v1/alerts')).json()) as { alerts: AlertOfApi[] };
      const alert = alerts.find(({ rule, state }) => rule === 'RateLimitExhausted' && state === 'firing');
      if (!alert) throw new Error('Nothing fires yet');
      return alert;
    },
    { timeout: 30_000, interval: 50 },
  );
}

describe('an alert that fires', () => {
  // Where the history is, beside the path of its file.
  test.each<[string, Settings]>([
    ['sqlite', {}],
    ['prometheus', { backend: 'prometheus', prometheus: { url: 'http://127.0.0.1:9' } }],
  ])('is the same one after a restart, with the backend %s', async (_, history) => {
    const folder = await mkdtemp(join(tmpdir(), 'headroom-alerts-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const settings = { ...history, path: join(folder, 'headroom.db') };
    const before = await startEmpty(settings);
    const fired = await exhaustedIn(before);
    await before.stop();

    const after = await startEmpty(settings);
    onTestFinished(() => after.stop());

    expect(await exhaustedIn(after)).toMatchObject({
      fingerprint: fired.fingerprint,
      firing_since: fired.firing_since,
    });
    const events = await (await after.get('/api/v1/credentials/anonymous/events')).json();
    expect(events).toMatchObject({
      events: [{ kind: 'firing', alert: { firing_since: fired.firing_since } }],
    });
  });
});
