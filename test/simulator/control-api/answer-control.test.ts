import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerControl } from '../../../src/simulator/control-api/answer-control.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { askManifest, bearer, startSimulator } from '../hub-client.ts';

let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.stop());

async function control(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: unknown }> {
  const answer = await fetch(new URL(`/_simulator${path}`, simulator.url), {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: answer.status, json: await answer.json() };
}

describe('answerControl()', () => {
  test('sets a fault, shows it, and clears it', async () => {
    const set = await control('POST', '/faults', { fault: 'unavailable', endpoint: 'token', times: 2 });
    expect(set).toEqual({
      status: 200,
      json: { id: '1', fault: 'unavailable', scope: { endpoint: 'token', times: 2 } },
    });
    expect((await control('GET', '/faults')).json).toEqual([set.json]);
    expect((await control('DELETE', '/faults/1')).json).toEqual({ cleared: 1 });
    await control('POST', '/faults', { fault: 'hang' });
    expect((await control('DELETE', '/faults')).json).toEqual({ cleared: 1 });
  });

  test('spends, shows and fills a bucket, and gives it limits of its own', async () => {
    const full = { limit: 100, remaining: 100, windowSeconds: 3_600 };
    const spent = await control('POST', '/spend', { source: '192.0.2.1', pulls: 40 });
    expect(spent.json).toEqual({ ...full, remaining: 60 });
    expect((await control('GET', '/bucket?source=192.0.2.1')).json).toEqual({ ...full, remaining: 60 });
    expect((await control('PUT', '/bucket', { source: '192.0.2.1', limit: 50 })).json).toEqual({
      ...full,
      limit: 50,
      remaining: 10,
    });
    expect((await control('DELETE', '/bucket?source=192.0.2.1')).json).toMatchObject({ remaining: 50 });
  });

  test('adds accounts, never shows their passwords, and returns null for unlimited', async () => {
    const added = await control('POST', '/accounts', { name: 'acmepro', password: 'hush', plan: 'paid' });
    const listed = await control('GET', '/accounts');
    const seen = JSON.stringify([added.json, listed.json, (await control('GET', '/')).json]);
    expect(added.json).toMatchObject({ name: 'acmepro', plan: 'paid' });
    expect(seen).not.toContain('hush');
    expect((await control('GET', '/bucket?account=acmepro')).json).toMatchObject({ remaining: null });
    expect((await control('DELETE', '/accounts/acmepro')).json).toEqual({ removed: 1 });
  });

  test('changes the profile of all and of one', async () => {
    await control('PUT', '/profile', { profile: '2022-2025' });
    const own = await control('PUT', '/profile', { profile: 'outage', source: '192.0.2.1' });
    expect(own.json).toEqual({ profile: '2022-2025', own: [{ source: '192.0.2.1', profile: 'outage' }] });
    expect((await control('GET', '/profile')).json).toEqual(own.json);
  });

  test('changes limits, and goes back to those of the profile', async () => {
    const changed = await control('PATCH', '/limits', { anonymous: 10, window: 'fixed' });
    expect(changed.json).toMatchObject({ anonymous: 10, personal: 200, window: 'fixed' });
    expect((await control('DELETE', '/limits')).json).toMatchObject({ anonymous: 100, window: 'sliding' });
    expect((await control('GET', '/limits')).json).toMatchObject({ anonymous: 100 });
  });

  test('shows the ledger in the words of its contract, and empties it', async () => {
    const token = await bearer(simulator);
    await control('DELETE', '/ledger');
    await askManifest(simulator, 'GET', [token, 'User-Agent: containerd/2.2.3']);
    expect((await control('GET', '/ledger')).json).toEqual([
      {
        at: '2026-07-15T14:24:11.185Z',
        method: 'GET',
        path: '/v2/ratelimitpreview/test/manifests/latest',
        source: '127.0.0.1',
        userAgent: 'containerd/2.2.3',
        status: 200,
        pulls: 1,
      },
    ]);
    expect((await control('DELETE', '/ledger')).json).toEqual({ cleared: 1 });
    expect((await control('GET', '/ledger')).json).toEqual([]);
  });
});

describe('answerControl() refuses', () => {
  // biome-ignore format: a table
  test.each([
    ['an unknown fault', 'POST', '/faults', { fault: 'fire' }, /^fault is wrong: "fire" \(allowed: one of unmetered, missing-headers, .*huge-token\)$/],
    ['a fault too often', 'POST', '/faults', { fault: 'hang', times: 0 }, 'times is wrong: 0 (allowed: a whole number from 1)'],
    ['an unknown field', 'POST', '/faults', { fault: 'hang', user: 'x' }, 'user is wrong: "x" (allowed: no such field)'],
    ['a missing field', 'POST', '/faults', {}, /^fault is wrong: missing \(allowed: one of /],
    ['a source that is no address', 'POST', '/spend', { source: 'here', pulls: 1 }, 'source is wrong: "here" (allowed: an IPv4 or IPv6 address)'],
    ['both account and source', 'POST', '/spend', { source: '192.0.2.1', account: 'a', pulls: 1 }, /^The body is wrong: .* \(allowed: either account or source\)$/],
    ['a broken number of pulls', 'POST', '/spend', { source: '192.0.2.1', pulls: -1 }, 'pulls is wrong: -1 (allowed: a whole number from 0)'],
    ['two problems at once', 'PATCH', '/limits', { anonymous: 'many', window: 'round' }, 'anonymous is wrong: "many" (allowed: a whole number from 0); window is wrong: "round" (allowed: one of sliding, fixed)'],
    ['a bad account name, and keeps its password to itself', 'POST', '/accounts', { name: 'Acme CI', password: '' }, 'name is wrong: "Acme CI" (allowed: lower-case letters, digits, - and _); password is wrong: "<secret>" (allowed: a text that is not empty)'],
    ['what is no object', 'PUT', '/profile', [], 'The body is wrong: [] (allowed: a JSON object)'],
  ])('%s', async (_, method, path, body, error) => {
    const answer = await control(method, path, body);
    expect(answer.status).toBe(400);
    expect((answer.json as { error: string }).error).toEqual(
      error instanceof RegExp ? expect.stringMatching(error) : error,
    );
  });

  test('an account that does not exist, with those that do', async () => {
    simulator.control.addAccount({ name: 'acmeci', password: 'x' });
    const answer = await control('POST', '/spend', { account: 'nobody', pulls: 1 });
    expect(answer).toEqual({
      status: 404,
      json: { error: 'There is no such account: "nobody" (there are: acmeci)' },
    });
  });

  test('a route that does not exist, with those that do', async () => {
    const answer = await control('GET', '/fault');
    expect(answer.status).toBe(404);
    expect((answer.json as { error: string }).error).toMatch(
      /^There is no such route: GET \/_simulator\/fault \(there are: .*POST \/_simulator\/spend/,
    );
  });

  test('text in place of JSON, as a page in a browser could send it', async () => {
    const url = new URL('/_simulator/faults', simulator.url);
    const answer = await fetch(url, { method: 'POST', body: '{"fault":"hang"}' });
    expect(answer.status).toBe(415);
    expect(simulator.control.faults()).toEqual([]);
  });

  test('another machine, whatever it claims', () => {
    const request = {
      method: 'GET',
      path: '/_simulator/ledger',
      query: '',
      header: () => undefined,
      address: '127.0.0.1',
      connection: 0,
      sequence: 0,
      origin: 'http://192.0.2.1:5429',
      closes: false,
      body: '',
    };
    expect(answerControl(simulator.control, request, '198.51.100.7')).toMatchObject({ status: 403 });
  });
});
