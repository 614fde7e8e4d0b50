import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadRunbookRenderer, openRunbookShelf } from '../../../src/web/alerts/runbooks.ts';
import { startWeb } from '../start-web.ts';

const render = await loadRunbookRenderer();

describe('loadRunbookRenderer()', () => {
  // Markdown, HTML
  test.each([
    ['# RateLimitLow', '<h1>RateLimitLow</h1>'],
    ['say `a < b`', '<p>say <code>a &lt; b</code></p>'],
    ['```sh\ncurl "$URL"\n```', '<pre tabindex="0"><code>curl &quot;$URL&quot;</code></pre>'],
    ['a <script>alert(1)</script> b', '<p>a &lt;script&gt;alert(1)&lt;/script&gt; b</p>'],
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['[a](javascript:alert(1))', '<p>a</p>'],
    ['[a](//evil.example)', '<p>a</p>'],
    ['![a](http://evil.example/x.png)', '<p>a</p>'],
    ['[a](https://docs.docker.com/)', '<p><a href="https://docs.docker.com/">a</a></p>'],
    ['[next](DockerHubBlocked.md)', '<p><a href="./DockerHubBlocked">next</a></p>'],
    ['[here](#causes)', '<p><a href="#causes">here</a></p>'],
    ['[in the repository](../configuration.md)', '<p>in the repository</p>'],
  ])('%j', (markdown, html) => {
    expect(render(markdown).trim()).toBe(html);
  });

  test('lets a wide table be scrolled, by keys too', () => {
    const html = render('| a | b |\n|---|---|\n| 1 | <b> |');
    expect(html).toContain('<div class="table-frame" tabindex="0"><table class="table"><thead>');
    expect(html).toContain('<td>&lt;b&gt;</td>');
  });
});

/** A folder that is removed when the test has finished. */
function shelfOf(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-runbooks-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'books'));
  writeFileSync(join(folder, 'secret.md'), 'not a runbook');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'books', name), text);
  return openRunbookShelf(join(folder, 'books'));
}

describe('openRunbookShelf()', () => {
  test('finds what lies on it, and nothing else', async () => {
    const shelf = shelfOf({ 'RateLimitLow.md': '# Low', 'A.md': '# A', 'notes.txt': 'no' });
    expect(shelf.names()).toEqual(['A', 'RateLimitLow']);
    expect(await shelf.find('RateLimitLow')).toContain('<h1>Low</h1>');
    for (const name of ['../secret', 'notes.txt', 'RateLimitLow.md', '', 'toString']) {
      expect(await shelf.find(name)).toBe(undefined);
    }
  });

  test('is empty where there is no folder', () => {
    expect(openRunbookShelf('/nonexistent').names()).toEqual([]);
  });
});

describe('/runbooks', () => {
  test('tells of an unknown alert which are known', async () => {
    const { url } = await startWeb();
    const response = await fetch(new URL('runbooks/NoSuchAlert', url));
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('There is no runbook for this alert');
  });

  test('lists them all', async () => {
    const { url } = await startWeb();
    const response = await fetch(new URL('runbooks', url));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('All runbooks');
  });
});
