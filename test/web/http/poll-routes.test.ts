import { describe, expect, test } from 'vitest';
import type { PollNowAnswer } from '../../../src/web/web-options.ts';
import { startWeb } from '../start-web.ts';

const PROGRAM = { 'content-type': 'application/json' };

async function startPolling(routePrefix = '/', answer: PollNowAnswer = 'probed') {
  const asked: string[] = [];
  const { url } = await startWeb({
    routePrefix,
    pollNow: async (name) => {
      asked.push(name);
      return answer;
    },
  });
  const postForm = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(new URL('poll', url), {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers,
      redirect: 'manual',
    });
  const postJson = (body: object) =>
    fetch(new URL('api/v1/poll', url), { method: 'POST', body: JSON.stringify(body), headers: PROGRAM });
  return { url, asked, postForm, postJson };
}

describe.each(['/', '/ops/headroom'])('POST /poll below %s', (routePrefix) => {
  // fields of the form, where it leads back to
  test.each([
    [{}, '?polled=probed'],
    [{ from: '?q=te&state=ok&evil=1' }, '?q=te&state=ok&polled=probed'],
    [{ from: '//evil.example/?q=a' }, '?polled=probed'],
    [{ page: 'credential' }, 'credentials/team?polled=probed'],
  ])('asks, and leads back: %j', async (fields, place) => {
    const { url, asked, postForm } = await startPolling(routePrefix);
    const response = await postForm({ credential: 'team', ...fields });
    expect(response.status).toBe(303);
    const location = new URL(response.headers.get('location') ?? '', new URL('poll', url));
    expect(location.href).toBe(new URL(place, url).href);
    expect(asked).toEqual(['team']);
  });

  test('asks nothing for another site, nor for a credential that is not there', async () => {
    const { asked, postForm } = await startPolling(routePrefix);
    const foreign = await postForm({ credential: 'team' }, { origin: 'http://evil.example' });
    expect([foreign.status, (await postForm({ credential: 'nobody' })).status]).toEqual([403, 404]);
    expect(asked).toEqual([]);
  });
});

describe('POST /api/v1/poll', () => {
  test('answers what it came to', async () => {
    const { postJson } = await startPolling('/', 'backing_off');
    const response = await postJson({ credential: 'team' });
    expect(await response.json()).toEqual({ credential: 'team', answer: 'backing_off' });
  });

  test('answers 429 to who asks again too soon', async () => {
    const { asked, postJson } = await startPolling();
    await postJson({ credential: 'team' });
    const again = await postJson({ credential: 'team' });
    expect([again.status, Number(again.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect(await again.json()).toMatchObject({ error: { code: 'too_many_requests' } });
    expect(asked).toEqual(['team']);
  });

  // body, status
  test.each([
    [{}, 400],
    [{ credential: 7 }, 400],
    [{ credential: ['team', 'team'] }, 400],
    [['team'], 400],
    [{ credential: 'nobody' }, 404],
  ])('answers %j with %d', async (body, status) => {
    const { asked, postJson } = await startPolling();
    expect((await postJson(body)).status).toBe(status);
    expect(asked).toEqual([]);
  });
});
