import { describe, expect, test } from 'vitest';
import { alternativeName } from '../../../src/domain/pull-cost/rewrite-references.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('alternativeName()', () => {
  test.each([
    { text: 'nginx', host: 'mirror.gcr.io', name: 'mirror.gcr.io/library/nginx' },
    { text: 'nginx:1.29', host: 'public.ecr.aws', name: 'public.ecr.aws/docker/library/nginx:1.29' },
    { text: 'acme/app:1', host: 'mirror.gcr.io', name: 'mirror.gcr.io/acme/app:1' },
    { text: 'acme/app:1', host: 'public.ecr.aws', name: undefined },
    { text: `docker.io/redis:8@${DIGEST}`, host: 'cache:5000', name: `cache:5000/library/redis:8@${DIGEST}` },
    {
      text: `acme/app@${DIGEST}`,
      host: 'harbor.example.com/hub',
      name: `harbor.example.com/hub/acme/app@${DIGEST}`,
    },
    { text: 'registry-1.docker.io:443/library/nginx', host: 'm.io', name: 'm.io/library/nginx' },
    { text: 'registry.hub.docker.com/acme/app:2', host: 'm.io', name: 'm.io/acme/app:2' },
    { text: 'ghcr.io/acme/app:1', host: 'mirror.gcr.io', name: undefined },
  ])('calls $text at $host $name', ({ text, host, name }) => {
    expect(alternativeName(text, host)).toBe(name);
  });
});
