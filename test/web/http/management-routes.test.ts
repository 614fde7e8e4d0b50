import { describe, expect, test } from 'vitest';
import { startWeb } from '../start-web.ts';

describe.each(['/', '/ops/headroom'])('management API below %s', (routePrefix) => {
  test.each(['GET', 'HEAD'])('/-/healthy answers %s with 200 while nothing is ready', async (method) => {
    const { url } = await startWeb({ routePrefix, isReady: () => false });
    const response = await fetch(new URL('-/healthy', url), { method });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(method === 'HEAD' ? '' : 'Headroom is healthy\n');
  });

  test('/-/ready is 503 before the first round, and 200 after it', async () => {
    let ready = false;
    const { url } = await startWeb({ routePrefix, isReady: () => ready });
    expect((await fetch(new URL('-/ready', url))).status).toBe(503);
    ready = true;
    expect((await fetch(new URL('-/ready', url), { method: 'HEAD' })).status).toBe(200);
  });

  test.each(['POST', 'PUT'])(
    '/-/reload answers %s with 200 when the configuration is good',
    async (method) => {
      let reloads = 0;
      const { url } = await startWeb({
        routePrefix,
        reload: async () => {
          reloads++;
          return { ok: true };
        },
      });
      const response = await fetch(new URL('-/reload', url), { method });
      expect([response.status, reloads]).toEqual([200, 1]);
    },
  );

  test('/-/reload answers 500 with the problems when it is bad', async () => {
    const reload = async () =>
      ({ ok: false, problems: 'headroom.yml:3:1: poll.jitter: Not a duration' }) as const;
    const { url } = await startWeb({ routePrefix, reload });
    const response = await fetch(new URL('-/reload', url), { method: 'POST' });
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('headroom.yml:3:1: poll.jitter: Not a duration\n');
  });

  test('/-/reload is not possible by a link', async () => {
    const { url } = await startWeb({ routePrefix });
    const response = await fetch(new URL('-/reload', url));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, PUT']);
  });

  test('/config is the effective configuration as plain text', async () => {
    const { url } = await startWeb({ routePrefix, configYaml: () => 'password: <secret>\n' });
    const response = await fetch(new URL('config', url));
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe('password: <secret>\n');
  });
});
