import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { initialState } from '../../../src/domain/credential-state.ts';
import { startWeb } from '../start-web.ts';
import { failure, metered, STATES, stateAfter } from '../states.ts';

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe.each(['/', '/ops/headroom'])('pages below %s', (routePrefix) => {
  test('the page is complete without JavaScript', async () => {
    const { url } = await startWeb({ routePrefix });
    const response = await fetch(url, { headers: HTML });
    const page = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(page).toContain('<title>Exhausted (1) · Headroom</title>');
    expect(page).toContain('>Yes, but not with every credential</h1>');
    for (const { identity } of STATES) expect(page).toContain(`<bdi>${identity.name}</bdi>`);
    expect(page).toContain(
      '<time datetime="2026-11-23T20:59:48.000Z" title="2026-11-23 20:59:48 UTC" data-time="age">',
    );
  });

  test('every link and asset of the page leads somewhere below the prefix', async () => {
    const { url } = await startWeb({ routePrefix });
    const page = await (await fetch(url, { headers: HTML })).text();
    const links = [...page.matchAll(/(?:href|src)="([^"#]+)"/g)].map((match) => new URL(match[1] ?? '', url));
    expect(links.length).toBeGreaterThan(7);
    for (const link of links) {
      expect(link.pathname.startsWith(url.pathname)).toBe(true);
      expect([link.pathname, (await fetch(link)).status]).toEqual([link.pathname, 200]);
    }
  });

  test('nothing of a hostile hub or configuration becomes mark-up', async () => {
    const hostile = '"><script>alert(1)</script>\u202E';
    const states = [
      stateAfter('a', [metered(5, 10, hostile), failure('invalid_header', hostile)]),
      initialState({ name: hostile, hasLogin: false, fingerprint: '' }),
    ];
    const { url } = await startWeb({ routePrefix, states: () => states });
    const page = await (await fetch(url, { headers: HTML })).text();
    expect(page).not.toContain('<script>');
    // What a form sends back is not shown.
    expect(page.replace(/ value="[^"]*"/g, '')).not.toContain('\u202E');
    expect(page.match(/&#34;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;/g)?.length).toBeGreaterThanOrEqual(
      3,
    );
  });

  test('assets are kept for ever, and compressed as the browser likes', async () => {
    const { url } = await startWeb({ routePrefix });
    const page = await (await fetch(url, { headers: HTML })).text();
    const asset = new URL(/href="([^"]+page\.[0-9a-f]+\.css)"/.exec(page)?.[1] ?? '', url);
    const plain = await fetch(asset, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('content-type')).toBe('text/css; charset=utf-8');
    const text = await plain.text();
    for (const encoding of ['br', 'gzip']) {
      const response = await fetch(asset, { headers: { 'accept-encoding': encoding } });
      expect(response.headers.get('content-encoding')).toBe(encoding);
      expect(response.headers.get('vary')).toBe('Accept-Encoding');
      expect(await response.text()).toBe(text);
    }
  });

  test.each(['assets/page.000000000000.css', 'assets/..%2fpackage.json', 'assets/%2e%2e%2fviews'])(
    '%s is not there',
    async (path) => {
      const { url } = await startWeb({ routePrefix });
      const target = `${url.pathname}${path}`;
      const status = await new Promise((resolve, reject) => {
        // Node's own client: fetch would tidy the path up.
        request({ host: url.hostname, port: url.port, path: target }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
      expect(status).toBe(404);
    },
  );

  test('a large page is compressed, and has Vary for caches', async () => {
    const { url } = await startWeb({ routePrefix });
    const response = await fetch(url, { headers: { ...HTML, 'accept-encoding': 'gzip' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(response.headers.get('vary')).toContain('Accept-Encoding');
    expect(await response.text()).toContain('</html>');
  });

  test('the page answers HEAD, and 405 to POST', async () => {
    const { url } = await startWeb({ routePrefix });
    const head = await fetch(url, { method: 'HEAD', headers: HTML });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await fetch(url, { method: 'POST', headers: HTML })).status).toBe(405);
  });
});

test.each(['/', '/ops/headroom', '/?a=1'])('%s leads to the page below the prefix', async (path) => {
  const { url } = await startWeb({ routePrefix: '/ops/headroom' });
  const response = await fetch(new URL(path, url), { redirect: 'manual' });
  expect(response.status).toBe(302);
  expect(new URL(response.headers.get('location') ?? '', new URL(path, url)).href).toBe(url.href);
});

test('what lies beside the prefix is not there', async () => {
  const { url } = await startWeb({ routePrefix: '/ops/headroom' });
  const answers = ['/ops', '/metrics', '/ops/headroommetrics'].map((path) => fetch(new URL(path, url)));
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([404, 404, 404]);
});
