import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { type TestClock, testClock } from '../fakes.ts';
import { askManifest, askToken, basic, headerOf, jsonOf, startSimulator, statusOf } from '../hub-client.ts';

let simulator: Simulator;
let clock: TestClock;

beforeEach(async () => {
  clock = testClock('2026-07-15T14:24:11.185Z');
  simulator = await startSimulator({ clock, tokenRequestsPerMinute: 20 });
  simulator.control.addAccount({ name: 'acmeci', password: 'pa:ss' });
  simulator.control.addAccount({ name: 'acmepro', password: 'secret', plan: 'paid' });
});
afterEach(() => simulator.stop());

async function post(
  fields: Record<string, string>,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(new URL('/token', simulator.url), {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const SCOPE = 'repository:ratelimitpreview/test:pull';
const PASSWORD_FORM = { grant_type: 'password', username: 'acmeci', password: 'pa:ss', scope: SCOPE };

function claimsOf(token: unknown): Record<string, unknown> {
  const claims = String(token).split('.')[1] ?? '';
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
}

describe('answerToken() by GET', () => {
  // biome-ignore format: a table
  test.each([
    ['the right password', 'acmeci:pa:ss', 200],
    ['a wrong one', 'acmeci:pa', 401],
    ['an unknown name', 'nobody:secret', 401],
    ['nothing that could be a login', 'nobody', 401],
    ['an empty login is anonymous', ':', 200],
  ])('%s: %s gets %d', async (_, login, status) => {
    expect(statusOf(await askToken(simulator, [basic(login)]))).toBe(status);
  });

  test('claims the limit that holds, with the interval that is stale', async () => {
    const access = async (login?: string) => {
      const reply = jsonOf(await askToken(simulator, login === undefined ? [] : [basic(login)]));
      return claimsOf(reply.token).access;
    };
    const claim = (parameters?: object) => [
      {
        actions: ['pull'],
        name: 'ratelimitpreview/test',
        ...(parameters ? { parameters } : {}),
        type: 'repository',
      },
    ];
    expect(await access()).toEqual(claim({ pull_limit: '100', pull_limit_interval: '21600' }));
    expect(await access('acmeci:pa:ss')).toEqual(claim({ pull_limit: '200', pull_limit_interval: '21600' }));
    expect(await access('acmepro:secret')).toEqual(claim());
  });

  test('names the account in `sub`, and none for anonymous', async () => {
    const account = simulator.control.accounts().find(({ name }) => name === 'acmeci');
    const signedIn = jsonOf(await askToken(simulator, [basic('acmeci:pa:ss')]));
    expect(claimsOf(signedIn.token).sub).toBe(account?.uuid);
    expect(claimsOf(jsonOf(await askToken(simulator)).token).sub).toBe('');
  });

  test('gives no access to a repository that is missing or private', async () => {
    for (const repository of ['library/this-does-not-exist', 'acme/private']) {
      const reply = jsonOf(await askToken(simulator, [], repository));
      expect(claimsOf(reply.token).access).toEqual([]);
    }
  });

  test('locks a name out after five failures, for ten minutes', async () => {
    for (let i = 0; i < 5; i++) await askToken(simulator, [basic('acmeci:wrong')]);
    const locked = await askToken(simulator, [basic('acmeci:pa:ss')]);
    expect(statusOf(locked)).toBe(429);
    expect(jsonOf(locked)).toEqual({
      details: 'too many failed login attempts for username or IP address',
    });
    clock.advance(600_000);
    expect(statusOf(await askToken(simulator, [basic('acmeci:pa:ss')]))).toBe(200);
  });

  test('holds an address to its limit within a minute, and states how much is left', async () => {
    const first = await askToken(simulator);
    expect(headerOf(first, 'x-ratelimit-limit')).toBe('20, 20;w=60');
    expect(headerOf(first, 'x-ratelimit-remaining')).toBe('19');
    for (let i = 0; i < 19; i++) await askToken(simulator);
    const refused = await askToken(simulator);
    expect(statusOf(refused)).toBe(429);
    expect(headerOf(refused, 'x-ratelimit-remaining')).toBe('0');
    expect(statusOf(await askToken(simulator, ['X-Simulator-Source: 192.0.2.9']))).toBe(200);
    clock.advance(Number(headerOf(refused, 'x-ratelimit-reset')) * 1_000);
    expect(statusOf(await askToken(simulator))).toBe(200);
  });
});

describe('answerToken() by POST', () => {
  test('answers as OAuth2 does: `access_token` and `scope`, no `token`', async () => {
    const { status, body } = await post(PASSWORD_FORM);
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['access_token', 'scope', 'expires_in', 'issued_at']);
    expect(body.scope).toBe(SCOPE);
  });

  test('returns a refresh token for offline access, and accepts it as a password', async () => {
    const { body } = await post({ ...PASSWORD_FORM, access_type: 'offline' });
    const form = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token), scope: SCOPE };
    const again = await post(form);
    expect(again.status).toBe(200);
    const token = `Authorization: Bearer ${again.body.access_token}`;
    const answer = await askManifest(simulator, 'HEAD', [token]);
    expect(headerOf(answer, 'docker-ratelimit-source')).toBe('acmeci');
    simulator.control.removeAccount('acmeci');
    expect((await post(form)).status).toBe(401);
  });

  // biome-ignore format: a table
  test.each([
    ['a wrong password', { ...PASSWORD_FORM, password: 'wrong' }],
    ['no password', { grant_type: 'password', username: 'acmeci' }],
    ['an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'dckr_rt_x' }],
    ['no grant type', {}],
  ])('%s gets 401', async (_, fields) => {
    const { status, body } = await post(fields);
    expect(status).toBe(401);
    expect(body).toEqual({ details: 'incorrect username or password' });
  });
});
