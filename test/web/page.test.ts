import { describe, expect, test } from 'vitest';
import { relativeRoot } from '../../src/web/page.ts';

describe('relativeRoot()', () => {
  // request, prefix, the way to the root
  test.each([
    ['/', '/', './'],
    ['/?a=/b/c', '/', './'],
    ['/credentials/ci', '/', '../'],
    ['/a/b/', '/', '../../'],
    ['/headroom/', '/headroom', './'],
    ['/headroom/credentials/ci?x', '/headroom', '../'],
    ['/headroom', '/headroom', './headroom/'],
    ['/', '/headroom', './headroom/'],
    ['/else/where', '/headroom', '../headroom/'],
    ['/ops/headroom/a/b', '/ops/headroom', '../'],
    ['/ops', '/ops/headroom', './ops/headroom/'],
  ])('leads from %s below %s by %s', (url, prefix, root) => {
    expect(relativeRoot(url, prefix)).toBe(root);
  });

  test('leads where it should', () => {
    const base = 'http://headroom.example';
    const root = relativeRoot('/ops/headroom/credentials/ci', '/ops/headroom');
    expect(new URL(root, `${base}/ops/headroom/credentials/ci`).pathname).toBe('/ops/headroom/');
  });
});
