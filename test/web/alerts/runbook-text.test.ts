import { describe, expect, test } from 'vitest';
import { loadRunbookRenderer } from '../../../src/web/alerts/runbook-text.ts';

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
