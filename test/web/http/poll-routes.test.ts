import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createPollBudget } from '../../../src/web/http/poll-routes.ts';
import type { PollNowAnswer } from '../../../src/web/web-options.ts';
import { startWeb } from '../start-web.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

function budgetAt() {
  const time = { nowMs: 1_000_000 };
  return { time, budget: createPollBudget({ monotonicMs: () => time.nowMs }) };
}

describe('take()', () => {
  test('spends one for a credential every ten seconds', () => {
    const { time, budget } = budgetAt();
    expect([budget.take('a'), budget.take('b'), budget.take('a')]).toEqual([0, 0, 10_000]);
    time.nowMs += 9_999;
    expect(budget.take('a')).toBe(1);
    time.nowMs += 1;
    expect(budget.take('a')).toBe(0);
  });

  test('spends five for a credential at once, then one a minute', () => {
    const { time, budget } = budgetAt();
    const waits = Array.from({ length: 6 }, () => {
      const waitMs = budget.take('a');
      time.nowMs += 10 * SECOND_MS;
      return waitMs;
    });
    expect(waits).toEqual([0, 0, 0, 0, 0, 10_000]);
  });

  test('spends thirty for all credentials together, then one every two seconds', () => {
    const { time, budget } = budgetAt();
    const waits = Array.from({ length: 40 }, (_, i) => budget.take(`c${i}`));
    expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(30);
    expect(waits.at(-1)).toBe(2_000);
    time.nowMs += 2_000;
    expect([budget.take('c38'), budget.take('c39')]).toEqual([0, 2_000]);
  });

  // how many credentials are requested every second, how many requests that makes in the first hour, for one and for all
  test.each([
    [1, 64, 64],
    [3, 64, 192],
    [200, 64, 1_829],
  ])('spends for %d credentials within an hour at most %d each and %d together', (count, each, together) => {
    const { time, budget } = budgetAt();
    const spent = Array.from({ length: count }, () => 0);
    for (let elapsedMs = 0; elapsedMs < HOUR_MS; elapsedMs += SECOND_MS) {
      for (let i = 0; i < count; i += 1) {
        if (budget.take(`c${i}`) === 0) spent[i] = (spent[i] ?? 0) + 1;
      }
      time.nowMs += SECOND_MS;
    }
    expect(Math.max(...spent)).toBeLessThanOrEqual(each);
    expect(spent.reduce((sum, one) => sum + one, 0)).toBe(together);
  });
});

test('README.md and docs/http.md state the most that can be sent within an hour', () => {
  const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const readme = read('README.md').replaceAll(/\s+/g, ' ');
  expect(readme).toContain('60 `HEAD`s and at most 13 tokens an hour for each credential');
  expect(readme).toContain(
    'at most 65 `HEAD`s more an hour for a credential, 125 in all, and 1,830 more for all',
  );
  expect(read('docs/http.md')).toMatch(/^\| per credential .*\| 65 \|$/m);
  expect(read('docs/http.md')).toMatch(/^\| in total .*\| +1,830 \|$/m);
});

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
  ])('probes, and redirects back: %j', async (fields, place) => {
    const { url, asked, postForm } = await startPolling(routePrefix);
    const response = await postForm({ credential: 'team', ...fields });
    expect(response.status).toBe(303);
    const location = new URL(response.headers.get('location') ?? '', new URL('poll', url));
    expect(location.href).toBe(new URL(place, url).href);
    expect(asked).toEqual(['team']);
  });

  test('sends no probe for another site, nor for an unknown credential', async () => {
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

  test('answers 429 to a second request that is too soon', async () => {
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
