import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../certificates.ts';
import { startWeb } from '../start-web.ts';

describe('security headers', () => {
  test.each(['', 'metrics', 'api/v1/summary', 'nothing'])('protect /%s', async (path) => {
    const { url } = await startWeb();
    const { headers } = await fetch(new URL(path, url));
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';" +
        "form-action 'self';base-uri 'none';frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('same-origin');
  });

  test('leave out what breaks plain HTTP, and the name of the server', async () => {
    const { url } = await startWeb();
    const { headers } = await fetch(url);
    expect(headers.has('strict-transport-security')).toBe(false);
    expect(headers.has('cross-origin-opener-policy')).toBe(false);
    expect(headers.has('x-powered-by')).toBe(false);
  });

  test('give way to those of the web configuration, and an empty one goes', async () => {
    const path = join(makeFolder(), 'web-config.yml');
    const csp = 'frame-ancestors https://grafana.example.com';
    writeFileSync(
      path,
      `http_server_config:\n  headers:\n    Content-Security-Policy: ${csp}\n    X-Frame-Options: ""\n`,
    );
    const { url } = await startWeb({ webConfigFile: path });
    const { headers } = await fetch(url);
    expect(headers.get('content-security-policy')).toBe(csp);
    expect(headers.has('x-frame-options')).toBe(false);
  });
});
