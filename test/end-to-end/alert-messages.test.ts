import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type RunningHeadroom, startHeadroom } from './running-headroom.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A webhook that takes messages, or refuses them for now. */
interface Hook {
  readonly url: string;
  isUp: boolean;
  /** What was sent, taken or not. */
  readonly heard: { readonly id: string; readonly status: string; readonly wasTaken: boolean }[];
}

async function startHook(): Promise<Hook> {
  const hook = { url: '', isUp: true, heard: [] as Hook['heard'] };
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    const { status } = JSON.parse(body) as { status: string };
    hook.heard.push({ id: String(request.headers['webhook-id']), status, wasTaken: hook.isUp });
    response.writeHead(hook.isUp ? 200 : 503).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return hook;
}

/** A Headroom whose bucket is empty, with a webhook receiver. */
function startEmpty(hook: Hook, path: string): Promise<RunningHeadroom> {
  const receivers = [{ name: 'hook', webhook: { url: hook.url, hmac_secret: 'simulated' } }];
  return startHeadroom({
    settings: () => ({ history: { path }, alerts: { receivers } }),
    prepare: (control) => void control.spend({ source: '127.0.0.1', pulls: 100 }),
  });
}

async function hearsOf(hook: Hook, messages: number): Promise<void> {
  await vi.waitFor(() => expect(hook.heard.length).toBeGreaterThanOrEqual(messages), 30_000);
}

/** Probes by hand, and waits until everything has been looked at. */
async function look(headroom: RunningHeadroom): Promise<void> {
  await headroom.get('/probe?credential=anonymous');
  await vi.waitFor(async () => {
    const { alerts } = (await (await headroom.get('/api/v1/alerts')).json()) as { alerts: unknown[] };
    expect(alerts).not.toEqual([]);
  }, 30_000);
}

describe('a message about an empty bucket', () => {
  test('is sent once, and not again after a restart', async () => {
    const hook = await startHook();
    const path = join(temporaryFolder().path, 'headroom.db');
    const before = await startEmpty(hook, path);
    await hearsOf(hook, 1);
    await before.stop();

    const after = await startEmpty(hook, path);
    onTestFinished(() => after.stop());
    await look(after);

    expect(hook.heard).toMatchObject([{ status: 'firing', wasTaken: true }]);
    expect(before.logLines.filter((line) => line.includes('An alert fires'))).toHaveLength(1);
    expect(after.logLines.filter((line) => line.includes('An alert fires'))).toEqual([]);
  });

  test('that no receiver accepted is sent again after a restart, as the same message', async () => {
    const hook = await startHook();
    hook.isUp = false;
    const path = join(temporaryFolder().path, 'headroom.db');
    const before = await startEmpty(hook, path);
    await hearsOf(hook, 1);
    await before.stop();
    const refused = hook.heard.length;

    hook.isUp = true;
    const after = await startEmpty(hook, path);
    onTestFinished(() => after.stop());
    await hearsOf(hook, refused + 1);
    await look(after);

    expect(hook.heard.slice(refused)).toEqual([{ ...hook.heard[0], wasTaken: true }]);
  });
});
