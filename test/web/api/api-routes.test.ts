import { describe, expect, test } from 'vitest';
import { startWeb } from '../start-web.ts';
import { STATES } from '../states.ts';

describe.each(['/', '/headroom'])('API below %s', (routePrefix) => {
  test('/api/v1/summary is JSON that is not cached', async () => {
    const { url } = await startWeb({ routePrefix, externalUrl: 'https://headroom.example.com/' });
    const response = await fetch(new URL('api/v1/summary', url));
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({
      standing: 'exhausted',
      can_deploy: 'partly',
      total: STATES.length,
      url: 'https://headroom.example.com/',
    });
  });

  test('/api/v1/summary has no address where none is configured', async () => {
    const { url } = await startWeb({ routePrefix });
    expect(await (await fetch(new URL('api/v1/summary', url))).json()).toMatchObject({ url: null });
  });

  test('/api/v1/credentials lists all in the order of the configuration', async () => {
    const { url } = await startWeb({ routePrefix });
    const list = (await (await fetch(new URL('api/v1/credentials', url))).json()) as { name: string }[];
    expect(list.map(({ name }) => name)).toEqual(STATES.map(({ identity }) => identity.name));
  });

  // method, path, what is answered
  test.each([
    ['GET', 'api/v1/nothing', 404, 'not_found'],
    ['GET', 'api', 404, 'not_found'],
    ['DELETE', 'api/v1/credentials', 405, 'method_not_allowed'],
    ['POST', 'api/v1/summary', 405, 'method_not_allowed'],
  ])('%s %s is an error in JSON', async (method, path, status, code) => {
    const { url } = await startWeb({ routePrefix });
    const response = await fetch(new URL(path, url), { method, headers: { accept: 'text/html' } });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: { code, message: expect.any(String) } });
  });
});
