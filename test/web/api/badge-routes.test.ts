import { describe, expect, test } from 'vitest';
import { BADGE_COLOURS } from '../../../src/web/api/badge.ts';
import { startWeb } from '../start-web.ts';
import { metered, STATE_IN, stateAfter } from '../states.ts';

async function get(path: string, changes = {}) {
  const { url } = await startWeb(changes);
  const response = await fetch(new URL(path, url));
  return { response, text: await response.text() };
}

describe('badges', () => {
  // credential, the text of the badge, its tone, whether it reports a problem
  test.each([
    ['nat-b', '0 of 100 left', 'bad', false],
    ['office', 'blocked', 'bad', true],
    ['release-bot', 'login rejected', 'bad', true],
    ['ci', '64 of 100 left, as anonymous', 'warn', false],
    ['nightly', 'no answer', 'warn', true],
    ['anonymous', '12 of 100 left', 'warn', false],
    ['edge', 'not checked yet', 'neutral', false],
    ['team', '176 of 200 left', 'good', false],
    ['paid', 'unlimited', 'good', false],
  ] as const)('of %s says %j', async (name, message, tone, isError) => {
    const json = await get(`badge/${name}.json`);
    expect(JSON.parse(json.text)).toEqual({
      schemaVersion: 1,
      label: `docker hub ${name}`,
      message,
      color: BADGE_COLOURS[tone],
      isError,
      cacheSeconds: 60,
    });
    const svg = await get(`badge/${name}.svg`);
    expect(svg.text).toContain(`<title>docker hub ${name}: ${message}</title>`);
    expect(svg.text).toContain(BADGE_COLOURS[tone]);
  });

  test.each(['badge/ci.svg', 'badge/ci.json', 'badge/buckets/192.0.2.1.svg'])(
    '%s is kept for a minute, and may be shown elsewhere',
    async (path) => {
      const { response } = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('max-age=60');
      expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      expect(response.headers.get('content-type')).toMatch(
        path.endsWith('svg') ? /^image\/svg\+xml/ : /json/,
      );
    },
  );

  test('of a bucket shows the newest answer of its credentials', async () => {
    const old = stateAfter('old', [metered(40, 100, 'acme')], { ageMs: 50_000 });
    const young = stateAfter('young', [metered(30, 100, 'acme')]);
    const { text } = await get('badge/buckets/acme.json', { states: () => [old, young] });
    expect(JSON.parse(text)).toMatchObject({ label: 'docker hub acme', message: '30 of 100 left' });
  });

  test('of an unknown credential is an image that reports it, and an error as JSON', async () => {
    const svg = await get('badge/other.svg');
    expect([svg.response.status, svg.text]).toEqual([404, expect.stringContaining('unknown')]);
    expect((await get('badge/other.json')).response.status).toBe(404);
    expect((await get('badge/buckets/other.json')).response.status).toBe(404);
  });

  test('of a hostile name are OK-formed XML', async () => {
    const hostile = '"></text><script>alert(1)</script>&\u0000\u0008\uFFFF\u202E\'';
    const state = { ...STATE_IN.ok, identity: { ...STATE_IN.ok.identity, name: hostile } };
    const { response, text } = await get(`badge/${encodeURIComponent(hostile)}.svg`, {
      states: () => [state],
    });
    expect(response.status).toBe(200);
    expect(text).not.toMatch(/<script|(?!\n)\p{Cc}|\uFFFF|\u202E|&(?!amp;|lt;|gt;|quot;|apos;)/u);
    expect(text.match(/<text /g)?.length).toBe(2);
  });

  test('answer no other method', async () => {
    const { url } = await startWeb();
    expect((await fetch(new URL('badge/ci.svg', url), { method: 'POST' })).status).toBe(405);
  });
});
