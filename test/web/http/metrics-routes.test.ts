import { describe, expect, test } from 'vitest';
import { parseProbeTimeout } from '../../../src/web/http/metrics-routes.ts';
import type { ExpositionRequest, ProbeRequest } from '../../../src/web/web-options.ts';
import { startWeb } from '../start-web.ts';
import { stateAfter } from '../states.ts';

describe('parseProbeTimeout()', () => {
  // header, milliseconds the probe may take
  test.each([
    [undefined, undefined],
    ['10', 9_500],
    ['10.000000', 9_500],
    ['1', 500],
    ['0.6', 300],
    ['3600', 120_000],
  ])('reads %s as %s', (header, timeoutMs) => {
    expect(parseProbeTimeout(header)).toBe(timeoutMs);
  });

  test.each(['', '0', '-1', 'ten', 'NaN', 'Infinity'])('refuses %j', (header) => {
    expect(() => parseProbeTimeout(header)).toThrow(SyntaxError);
  });
});

describe.each(['/', '/headroom'])('metrics below %s', (routePrefix) => {
  test('/metrics sends the exposition exactly as it is given', async () => {
    const { url } = await startWeb({ routePrefix });
    const response = await fetch(new URL('metrics', url));
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'content-length': '11',
      vary: 'Accept, Accept-Encoding',
      'cache-control': 'no-store',
    });
    expect(await response.text()).toBe('up 1\n# end\n');
  });

  test('/metrics answers HEAD with the same headers and no body', async () => {
    const { url } = await startWeb({ routePrefix });
    const response = await fetch(new URL('metrics?x=1', url), { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([
      200,
      '11',
      '',
    ]);
  });

  test('/metrics hands on what the scraper accepts', async () => {
    const requests: ExpositionRequest[] = [];
    const expose = (request: ExpositionRequest) => {
      requests.push(request);
      return { contentType: 'application/openmetrics-text; version=1.0.0', body: [] };
    };
    const { url } = await startWeb({ routePrefix, expose });
    const headers = { accept: 'application/openmetrics-text', 'accept-encoding': 'gzip' };
    const response = await fetch(new URL('metrics', url), { headers });
    expect(requests).toEqual([{ accept: 'application/openmetrics-text', acceptEncoding: 'gzip' }]);
    expect(response.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0');
  });

  test('/metrics answers 405 to POST', async () => {
    const { url } = await startWeb({ routePrefix });
    const response = await fetch(new URL('metrics', url), { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('/metrics answers 500 without details when the exposition fails', async () => {
    const expose = () => Promise.reject(new Error('secret detail'));
    const { url } = await startWeb({ routePrefix, expose });
    const response = await fetch(new URL('metrics', url));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret detail');
  });

  test('/probe probes one credential, with half a second to spare', async () => {
    const asked: [string, ProbeRequest['timeoutMs']][] = [];
    const { url } = await startWeb({
      routePrefix,
      probe: async (name, { timeoutMs }) => {
        asked.push([name, timeoutMs]);
        return { contentType: 'text/plain; version=0.0.4', body: [Buffer.from('probe_success 1\n')] };
      },
    });
    const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': '10' };
    const response = await fetch(new URL('probe?credential=team', url), { headers });
    expect(await response.text()).toBe('probe_success 1\n');
    await fetch(new URL('probe?credential=team', url));
    expect(asked).toEqual([
      ['team', 9_500],
      ['team', undefined],
    ]);
  });

  // query, a text of the answer
  test.each([
    ['', 'The parameter credential is missing; known are ci, web'],
    ['?credential=', 'The parameter credential is missing; known are ci, web'],
    ['?credential=other', 'Unknown credential: "other"; known are ci, web'],
    ['?credential=ci&credential=web', 'The parameter credential is missing; known are ci, web'],
  ])('/probe%s is a bad request that names the known credentials', async (query, text) => {
    const { url } = await startWeb({
      routePrefix,
      states: () => [stateAfter('ci', []), stateAfter('web', [])],
    });
    const response = await fetch(new URL(`probe${query}`, url));
    expect([response.status, await response.text()]).toEqual([400, `${text}\n`]);
  });

  test('/probe refuses a timeout that is none', async () => {
    const { url } = await startWeb({ routePrefix });
    const headers = { 'X-Prometheus-Scrape-Timeout-Seconds': 'soon' };
    expect((await fetch(new URL('probe?credential=team', url), { headers })).status).toBe(400);
  });
});
