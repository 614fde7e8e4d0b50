import { describe, expect, test } from 'vitest';
import { isOnDockerHub } from '../../src/domain/docker-hub-hosts.ts';
import { parseImageReference } from '../../src/domain/image-reference.ts';

describe('isOnDockerHub()', () => {
  test.each([
    'nginx',
    'acme/tool:1',
    'docker.io/nginx',
    'index.docker.io/nginx',
    'registry-1.docker.io/library/nginx',
    'registry.docker.io/library/nginx',
    'registry.hub.docker.com/library/nginx',
    'REGISTRY-1.docker.io/library/nginx',
    'registry-1.docker.io:443/library/nginx',
  ])('takes %s for an image of Docker Hub', (text) => {
    expect(isOnDockerHub(parseImageReference(text))).toBe(true);
  });

  test.each([
    'ghcr.io/acme/tool',
    'localhost/nginx',
    'hub.docker.com/library/nginx',
    'docker.io.example.com/nginx',
    'DOCKER.IO/library/nginx',
    'registry-1.docker.io:5000/library/nginx',
    'mirror.gcr.io/library/nginx',
  ])('takes %s for one of another registry', (text) => {
    expect(isOnDockerHub(parseImageReference(text))).toBe(false);
  });
});
