import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../certificates.ts';
import { startWeb } from '../start-web.ts';

function protectedBy(users: Record<string, string>): string {
  const path = join(makeFolder(), 'web-config.yml');
  const lines = Object.entries(users).map(([name, password]) => `  ${name}: ${hashSync(password, 4)}`);
  writeFileSync(path, `basic_auth_users:\n${lines.join('\n')}\n`);
  return path;
}

function basic(user: string, password: string) {
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

describe('the gate', () => {
  test.each(['', 'metrics', 'api/v1/summary', '-/healthy', '-/ready', 'config', 'nothing'])(
    'rejects /%s without the password',
    async (path) => {
      const { url } = await startWeb({ webConfigFile: protectedBy({ ci: 'open:sesame ü' }) });
      const target = new URL(path, url);
      const without = await fetch(target);
      expect(without.status).toBe(401);
      expect(without.headers.get('www-authenticate')).toBe('Basic realm="Headroom", charset="UTF-8"');
      expect((await fetch(target, { headers: basic('ci', 'wrong') })).status).toBe(401);
      expect((await fetch(target, { headers: basic('nobody', 'open:sesame ü') })).status).toBe(401);
      expect((await fetch(target, { headers: basic('ci', 'open:sesame ü') })).status).not.toBe(401);
    },
  );

  // the headers of a browser about the origin of a request, what is answered to a reload with the token of the page
  test.each([
    [undefined, 200],
    ['none', 200],
    ['same-origin', 200],
    ['same-site', 403],
    ['cross-site', 403],
  ])('answers a reload from %s with %d', async (site, status) => {
    const { url } = await startWeb();
    const token = /name="headroom-token" content="([^"]+)"/.exec(await (await fetch(url)).text())?.[1];
    const headers = site === undefined ? {} : { 'sec-fetch-site': site, 'x-headroom-token': token ?? '' };
    const response = await fetch(new URL('-/reload', url), { method: 'POST', headers });
    expect(response.status).toBe(status);
  });

  test('limits requests of all clients together by the rate limit, health included', async () => {
    const path = join(makeFolder(), 'web-config.yml');
    writeFileSync(path, 'rate_limit:\n  interval: 10s\n  burst: 2\n');
    let monotonicMs = 0;
    const clock = { now: () => 0, monotonicMs: () => monotonicMs };
    const { url } = await startWeb({ webConfigFile: path, clock });
    const ask = async () => {
      const response = await fetch(new URL('-/healthy', url));
      return [response.status, response.headers.get('retry-after')];
    };
    expect([await ask(), await ask(), await ask()]).toEqual([
      [200, null],
      [200, null],
      [429, '10'],
    ]);
    monotonicMs += 9_000;
    expect(await ask()).toEqual([429, '1']);
    monotonicMs += 1_000;
    expect([await ask(), await ask()]).toEqual([
      [200, null],
      [429, '10'],
    ]);
    monotonicMs += 1_000_000;
    expect([await ask(), await ask(), (await ask())[0]]).toEqual([[200, null], [200, null], 429]);
  });

  test('lets other sites link to the page', async () => {
    const { url } = await startWeb();
    expect((await fetch(url, { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200);
  });
});
