import { describe, expect, test } from 'vitest';
import { askFrugally } from '../../../src/simulator/scenario/frugal-upstream.ts';
import { createNode, pullImage } from '../../../src/simulator/scenario/runtime.ts';
import { createFakeUpstream } from './fake-upstream.ts';

const NGINX = 'library/nginx';

/** A pull-through cache on a fake hub. */
function createCache() {
  const upstream = createFakeUpstream();
  return { upstream, cache: askFrugally(upstream, { manifests: new Map(), tags: new Map() }) };
}

describe('askFrugally()', () => {
  test('fetches an image once for any number of nodes', () => {
    const { upstream, cache } = createCache();
    const spent = Array.from({ length: 5 }, () =>
      pullImage(cache, 'containerd', createNode(), { repository: NGINX, tag: 'latest' }, 'always'),
    );
    expect(spent.map(({ pulls }) => pulls)).toEqual([2, 0, 0, 0, 0]);
    expect(upstream.asked.filter((ask) => ask.startsWith('GET'))).toEqual([
      'GET sha256:index',
      'GET sha256:image',
    ]);
  });

  test('charges the fetch to whoever asked first, even by HEAD', () => {
    const { cache } = createCache();
    expect(cache.manifest('HEAD', NGINX, 'latest')).toMatchObject({ kind: 'found', pulls: 1 });
    expect(cache.manifest('GET', NGINX, 'latest')).toMatchObject({ kind: 'found', pulls: 0 });
  });

  test.each(['refused', 'failed'] as const)('serves a tag it knows when it is %s', (kind) => {
    const { upstream, cache } = createCache();
    const known = cache.manifest('GET', NGINX, 'latest');
    upstream.answer = { kind, pulls: 0 };
    expect(cache.manifest('GET', NGINX, 'latest')).toEqual({ ...known, pulls: 0 });
    expect(cache.manifest('GET', NGINX, '1.29')).toEqual({ kind, pulls: 0 });
  });

  test('does not fall back on a tag without tags to keep', () => {
    const upstream = createFakeUpstream();
    const node = askFrugally(upstream, { manifests: new Map() });
    node.manifest('GET', NGINX, 'latest');
    upstream.answer = { kind: 'refused', pulls: 0 };
    expect(node.manifest('GET', NGINX, 'latest')).toEqual({ kind: 'refused', pulls: 0 });
  });
});
