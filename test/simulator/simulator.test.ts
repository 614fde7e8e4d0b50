import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { testClock } from './fakes.ts';

const MANIFEST = '/v2/ratelimitpreview/test/manifests/latest';

let simulator: Simulator;
const clock = testClock('2026-07-15T14:24:11.185Z');

beforeEach(async () => {
  simulator = createSimulator({ port: 0, clock, log: SILENT_LOG });
  await simulator.start();
});
afterEach(() => simulator.stop());

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(new URL(path, simulator.url), init);
}

async function tokenFor(repository: string, login?: string): Promise<string> {
  const headers: Record<string, string> =
    login === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
  const answer = await ask(`/token?service=registry.docker.io&scope=repository:${repository}:pull`, {
    headers,
  });
  const { token } = (await answer.json()) as { token: string };
  return token;
}

async function pull(token: string, init: RequestInit = {}): Promise<Response> {
  return ask(MANIFEST, { headers: { authorization: `Bearer ${token}` }, ...init });
}

describe('createSimulator()', () => {
  test('walks the challenge: 401, token, 200 with the limit', async () => {
    const challenge = await ask(MANIFEST, { method: 'HEAD' });
    expect(challenge.status).toBe(401);
    expect(challenge.headers.get('www-authenticate')).toBe(
      `Bearer realm="${simulator.url.origin}/token",service="registry.docker.io",scope="repository:ratelimitpreview/test:pull"`,
    );
    const answer = await pull(await tokenFor('ratelimitpreview/test'), { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('ratelimit-limit')).toBe('100;w=3600');
    expect(answer.headers.get('ratelimit-remaining')).toBe('100;w=3600');
    expect(answer.headers.get('docker-ratelimit-source')).toBe('127.0.0.1');
  });

  test('counts a GET of a manifest, and no HEAD', async () => {
    const token = await tokenFor('ratelimitpreview/test');
    await pull(token);
    await pull(token, { method: 'HEAD' });
    expect(simulator.control.remaining({ source: '127.0.0.1' })).toBe(99);
  });

  test('meters an account by itself', async () => {
    simulator.control.addAccount({ name: 'acmeci', password: 'pa:ss' });
    simulator.control.spend({ account: 'acmeci', pulls: 150 });
    const token = await tokenFor('ratelimitpreview/test', 'acmeci:pa:ss');
    const answer = await pull(token, { method: 'HEAD' });
    expect(answer.headers.get('ratelimit-remaining')).toBe('50;w=3600');
    expect(answer.headers.get('docker-ratelimit-source')).toBe('acmeci');
  });
});
