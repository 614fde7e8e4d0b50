import { describe, expect, test } from 'vitest';
import { createLogRecorder } from '../../domain/log-recorder.ts';
import { startWeb } from '../start-web.ts';

describe('errors', () => {
  test('are a page to a browser, with a way back', async () => {
    const { url } = await startWeb({ routePrefix: '/headroom' });
    const response = await fetch(new URL('a/b', url), { headers: { accept: 'text/html' } });
    const page = await response.text();
    expect(response.status).toBe(404);
    expect(page).toContain('<h1>There is nothing at this address</h1>');
    expect(page).toContain('href="../"');
    // Its modules are those of every page.
    expect(page.match(/<script [^>]*src="[^"]*"/g)).toHaveLength(2);
  });

  test('are a line of text to a program', async () => {
    const { url } = await startWeb();
    const response = await fetch(new URL('a/b', url));
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe('There is nothing at this address\n');
  });

  test('of a path that cannot be decoded are bad requests', async () => {
    const { url } = await startWeb();
    expect((await fetch(new URL('assets/%zz', url))).status).toBe(400);
  });

  test('of our own are logged, and sent without details', async () => {
    const { log, lines } = createLogRecorder();
    const configYaml = () => {
      throw new Error('inner detail');
    };
    const { url } = await startWeb({ log, configYaml });
    const response = await fetch(new URL('config?token=1', url));
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('Headroom could not answer; its log says why\n');
    expect(lines).toMatchObject([{ level: 'error', fields: { method: 'GET', path: '/config' } }]);
  });
});
