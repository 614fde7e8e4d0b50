import { describe, expect, test } from 'vitest';
import { readSilenceRequest } from '../../../src/web/alerts/silence-request.ts';
import { alertServiceOf, lowAlert, silence } from '../alert-service.ts';
import { startWeb } from '../start-web.ts';

const FORM = {
  kind: 'silence',
  subject: 'source 203.0.113.7',
  duration: '4h',
  author: 'ann',
  comment: 'why',
};

async function startAlerts(routePrefix = '/') {
  const alerts = alertServiceOf({ alerts: [lowAlert()], silences: [silence()] });
  const { url } = await startWeb({ alerts, routePrefix });
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(new URL(path, url), {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers,
      redirect: 'manual',
    });
  return { url, alerts, post };
}

describe.each(['/', '/ops/headroom'])('forms below %s', (routePrefix) => {
  // form, result
  test.each([
    [FORM, 'silenced'],
    [{ ...FORM, kind: 'acknowledgement', rule: 'RateLimitLow', duration: '' }, 'acknowledged'],
  ])('%j leads back to the page, which says %s', async (fields, done) => {
    const { url, alerts, post } = await startAlerts(routePrefix);
    const response = await post('alerts/silence', fields);
    expect(response.status).toBe(303);
    const place = new URL(response.headers.get('location') ?? '', new URL('alerts/silence', url));
    expect(place.href).toBe(new URL(`alerts?done=${done}`, url).href);
    expect(alerts.silences().length).toBe(2);
    expect(await (await fetch(place)).text()).toContain(
      done === 'silenced' ? 'Silenced: ' : 'Acknowledged: ',
    );
  });

  test.each([
    ['s1', 'ended', 0],
    ['other', 'gone', 1],
  ])('ends the silence %s: %s', async (id, done, left) => {
    const { alerts, post } = await startAlerts(routePrefix);
    const response = await post('alerts/unsilence', { id });
    expect(response.headers.get('location')).toBe(`../alerts?done=${done}`);
    expect(alerts.silences().length).toBe(left);
  });
});

describe('forms', () => {
  test('with invalid fields show the page with the error', async () => {
    const { alerts, post } = await startAlerts();
    const response = await post('alerts/silence', { ...FORM, duration: '<b>' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('Not a duration: &#34;&lt;b&gt;&#34;; allowed are');
    expect(alerts.silences().length).toBe(1);
  });

  // method, path, headers of a browser
  test.each([
    ['POST', 'alerts/silence', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['POST', 'alerts/silence', { 'sec-fetch-site': 'same-origin' }],
    ['POST', 'alerts/unsilence', { origin: 'https://evil.example' }],
    ['POST', 'api/v1/silences', { 'sec-fetch-site': 'same-origin' }],
    ['DELETE', 'api/v1/silences/s1', { 'sec-fetch-site': 'same-origin' }],
  ])('of other sites, or without the token, are refused: %s %s %j', async (method, path, headers) => {
    const { url, alerts } = await startAlerts();
    const body = method === 'POST' ? new URLSearchParams(FORM) : null;
    const response = await fetch(new URL(path, url), { method, headers, body, redirect: 'manual' });
    expect(response.status).toBe(403);
    expect(alerts.silences().length).toBe(1);
  });

  test('contain the token that the guard requires', async () => {
    const { url, alerts, post } = await startAlerts();
    const page = await (await fetch(new URL('alerts', url))).text();
    const token = /name="token" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const response = await post('alerts/silence', { ...FORM, token }, { 'sec-fetch-site': 'same-origin' });
    expect(response.status).toBe(303);
    expect(alerts.silences().length).toBe(2);
  });

  test.each([
    ['POST', 'alerts', 405],
    ['GET', 'alerts/silence', 405],
    ['GET', 'alerts/unsilence', 405],
    ['PUT', 'api/v1/silences', 405],
    ['GET', 'api/v1/silences/s1', 405],
  ])('%s %s is %i', async (method, path, status) => {
    const { url } = await startAlerts();
    expect((await fetch(new URL(path, url), { method })).status).toBe(status);
  });
});

test('/alerts without an alert service shows an empty state', async () => {
  const { url } = await startWeb();
  expect(await (await fetch(new URL('alerts', url))).text()).toContain('No alert is firing');
  const response = await fetch(new URL('api/v1/silences', url), {
    method: 'POST',
    body: new URLSearchParams(FORM),
  });
  expect(response.status).toBe(400);
});

test('no foreign text becomes mark-up', async () => {
  const hostile = '"><script>alert(1)</script>\u202E';
  const alerts = alertServiceOf({
    alerts: [
      lowAlert({ credentials: [hostile], rule: hostile, silencedBy: 's1' }),
      lowAlert({ fingerprint: hostile }),
    ],
    silences: [
      silence({ author: hostile, comment: hostile, subjectKey: `source ${hostile}`, rule: hostile }),
    ],
    events: [{ kind: 'silenced', at: 1, silence: silence({ author: hostile, comment: hostile }) }],
    receivers: [
      {
        name: hostile,
        queued: 1,
        sent: 0,
        failed: 1,
        lastSentAt: undefined,
        lastError: { at: 1, message: hostile },
      },
    ],
  });
  const { url } = await startWeb({ alerts });
  const page = await (await fetch(new URL('alerts', url))).text();
  expect(page).not.toContain('<script>');
  expect(page).toContain('&lt;script&gt;');
});

describe('readSilenceRequest()', () => {
  test('reads the fields of a request', () => {
    expect(readSilenceRequest(FORM)).toEqual({
      kind: 'silence',
      subjectKey: 'source 203.0.113.7',
      rule: undefined,
      durationMs: 4 * 3_600_000,
      author: 'ann',
      comment: 'why',
    });
    const { kind, durationMs } = readSilenceRequest({
      ...FORM,
      kind: 'acknowledgement',
      duration: undefined,
    });
    expect([kind, durationMs]).toEqual(['acknowledgement', 30 * 86_400_000]);
  });

  // the body, the error
  test.each([
    [undefined, 'Not a duration: ""'],
    ['text', 'Not a duration: ""'],
    [{ ...FORM, kind: 'other' }, 'The kind is one of: silence, acknowledgement'],
    [{ ...FORM, duration: 'soon' }, 'Not a duration: "soon"'],
    [{ ...FORM, duration: 3_600 }, 'The field duration is not a text'],
    [{ ...FORM, author: ['ann'] }, 'The field author is not a text'],
  ])('refuses %j', (body, message) => {
    expect(() => readSilenceRequest(body)).toThrow(new RegExp(message.replaceAll(/[()?."]/g, '\\$&')));
  });
});
