import { describe, expect, test } from 'vitest';
import { createNode, pullImage, withManifestCache } from '../../../src/simulator/scenario/runtime.ts';
import type { PullPolicy, Runtime } from '../../../src/simulator/scenario/scenario.ts';
import { createFakeUpstream } from './fake-upstream.ts';

const NGINX = 'library/nginx';

/** A pull-through cache on a fake hub. */
function createCache() {
  const upstream = createFakeUpstream();
  return { upstream, cache: withManifestCache(upstream, { manifests: new Map(), tags: new Map() }) };
}

describe('withManifestCache()', () => {
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

  test('charges the fetch to the client that requested first, even by HEAD', () => {
    const { cache } = createCache();
    expect(cache.manifest('HEAD', NGINX, 'latest')).toMatchObject({ kind: 'found', pulls: 1 });
    expect(cache.manifest('GET', NGINX, 'latest')).toMatchObject({ kind: 'found', pulls: 0 });
  });

  test.each(['refused', 'failed'] as const)('serves a cached tag when it is %s', (kind) => {
    const { upstream, cache } = createCache();
    const known = cache.manifest('GET', NGINX, 'latest');
    upstream.answer = { kind, pulls: 0 };
    expect(cache.manifest('GET', NGINX, 'latest')).toEqual({ ...known, pulls: 0 });
    expect(cache.manifest('GET', NGINX, '1.29')).toEqual({ kind, pulls: 0 });
  });

  test('does not fall back on a tag without tags to keep', () => {
    const upstream = createFakeUpstream();
    const node = withManifestCache(upstream, { manifests: new Map() });
    node.manifest('GET', NGINX, 'latest');
    upstream.answer = { kind: 'refused', pulls: 0 };
    expect(node.manifest('GET', NGINX, 'latest')).toEqual({ kind: 'refused', pulls: 0 });
  });
});

interface Row {
  runtime: Runtime;
  policy?: PullPolicy;
  /** What the node pulled before. */
  has?: string[];
  tag: string;
  /** Requests for manifests. */
  asks: string[];
  outcome?: 'failed';
}

// As docs/real-clients.md has them measured, cold and warm.
// biome-ignore format: a table
const ROWS: Row[] = [
  { runtime: 'containerd', tag: 'latest', asks: ['HEAD latest', 'GET sha256:index', 'GET sha256:image'] },
  { runtime: 'containerd', tag: 'single', asks: ['HEAD single', 'GET sha256:image'] },
  { runtime: 'containerd', tag: 'latest', has: ['latest'], asks: ['HEAD latest'] },
  { runtime: 'containerd', tag: '1.29', has: ['latest'], asks: ['HEAD 1.29'] },
  { runtime: 'containerd', tag: 'latest', has: ['single'], asks: ['HEAD latest', 'GET sha256:index'] },
  { runtime: 'containerd', tag: 'latest', has: ['latest'], policy: 'if-not-present', asks: [] },
  { runtime: 'containerd', tag: '1.29', has: ['latest'], policy: 'if-not-present', asks: ['HEAD 1.29'] },
  { runtime: 'containerd', tag: 'windows', asks: ['HEAD windows', 'GET sha256:windows'], outcome: 'failed' },
  { runtime: 'containerd', tag: 'missing', asks: ['HEAD missing'], outcome: 'failed' },
  { runtime: 'cri-o', tag: 'latest', asks: ['GET latest', 'GET sha256:image'] },
  { runtime: 'cri-o', tag: 'single', asks: ['GET single'] },
  { runtime: 'cri-o', tag: 'latest', has: ['latest'], asks: ['GET latest', 'GET sha256:image'] },
  { runtime: 'cri-o', tag: 'latest', has: ['latest'], policy: 'if-not-present', asks: [] },
  { runtime: 'cri-o', tag: 'windows', asks: ['GET windows'], outcome: 'failed' },
];

describe('pullImage()', () => {
  test.each(ROWS)('with $runtime, $tag after $has ($policy) sends $asks', (row) => {
    const { runtime, policy = 'always', has = [], tag, asks, outcome = 'pulled' } = row;
    const upstream = createFakeUpstream();
    const node = createNode();
    const pull = (name: string) =>
      pullImage(upstream, runtime, node, { repository: 'library/nginx', tag: name }, policy);
    for (const before of has) pull(before);
    upstream.asked.length = 0;
    const pulls = asks.filter((ask) => ask.startsWith('GET')).length;
    expect(pull(tag)).toEqual({ outcome, pulls });
    expect(upstream.asked).toEqual(asks);
  });

  test('goes on where it was refused, with what it has paid for', () => {
    const upstream = createFakeUpstream();
    const node = createNode();
    const nginx = { repository: 'library/nginx', tag: 'latest' };
    const manifest = upstream.manifest;
    upstream.manifest = (method, repository, reference) => {
      const isRefused = reference === 'sha256:image';
      return isRefused ? { kind: 'refused', pulls: 0 } : manifest(method, repository, reference);
    };
    expect(pullImage(upstream, 'containerd', node, nginx, 'if-not-present')).toEqual({
      outcome: 'refused',
      pulls: 1,
    });
    upstream.manifest = manifest;
    expect(pullImage(upstream, 'containerd', node, nginx, 'if-not-present')).toEqual({
      outcome: 'pulled',
      pulls: 1,
    });
  });
});
