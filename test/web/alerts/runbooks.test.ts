import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loadRunbookRenderer, openRunbookStore } from '../../../src/web/alerts/runbooks.ts';
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

  test('makes wide tables scrollable with the keyboard', () => {
    const html = render('| a | b |\n|---|---|\n| 1 | <b> |');
    expect(html).toContain('<div class="table-frame" tabindex="0"><table class="table"><thead>');
    expect(html).toContain('<td>&lt;b&gt;</td>');
  });
});

/** Creates a folder that is removed at the end of the test. */
function storeOf(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-runbooks-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'books'));
  writeFileSync(join(folder, 'secret.md'), 'not a runbook');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'books', name), text);
  return openRunbookStore(join(folder, 'books'));
}

describe('openRunbookStore()', () => {
  test('finds the runbooks in the folder, and no other file', async () => {
    const store = storeOf({ 'RateLimitLow.md': '# Low', 'A.md': '# A', 'notes.txt': 'no' });
    expect(store.names()).toEqual(['A', 'RateLimitLow']);
    expect(await store.find('RateLimitLow')).toContain('<h1>Low</h1>');
    for (const name of ['../secret', 'notes.txt', 'RateLimitLow.md', '', 'toString']) {
      expect(await store.find(name)).toBe(undefined);
    }
  });

  test('is empty without a folder', () => {
    expect(openRunbookStore('/nonexistent').names()).toEqual([]);
  });
});

describe('/runbooks', () => {
  test('lists the runbooks for an unknown alert', async () => {
    const { url } = await startWeb();
    const response = await fetch(new URL('runbooks/NoSuchAlert', url));
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('There is no runbook for this alert');
  });

  test('lists all runbooks', async () => {
    const { url } = await startWeb();
    const response = await fetch(new URL('runbooks', url));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('All runbooks');
  });
});
