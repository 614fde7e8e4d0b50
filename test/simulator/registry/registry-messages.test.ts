import { expect, test } from 'vitest';
import { parseRegistryPath } from '../../../src/simulator/registry/registry-messages.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

// biome-ignore format: a table
test.each([
  ['/v2/', 'version', '', ''],
  ['/v2', 'version', '', ''],
  ['/v2/library/nginx/manifests/1.29', 'manifest', 'library/nginx', '1.29'],
  [`/v2/a/b/c/manifests/${DIGEST}`, 'manifest', 'a/b/c', DIGEST],
  ['/v2/a/manifests/manifests/x', 'manifest', 'a/manifests', 'x'],
  [`/v2/library/nginx/blobs/${DIGEST}`, 'blob', 'library/nginx', DIGEST],
  ['/v2/library/nginx/tags/list', 'tags', 'library/nginx', ''],
  ['/v2/library/nginx/tags', 'unknown', '', ''],
  [`/v2/library/nginx/referrers/${DIGEST}`, 'unknown', '', ''],
  ['/v2/_catalog', 'unknown', '', ''],
])('parseQuestion() reads %s as %s', (path, kind, repository, reference) => {
  expect(parseRegistryPath(path)).toEqual({ kind, repository, reference });
});
