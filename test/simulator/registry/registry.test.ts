import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CountingModel } from '../../../src/simulator/metering/bucket.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { type TestClock, testClock } from '../fakes.ts';
import { askManifest, basic, bearer, headerOf, jsonOf, startSimulator, statusOf } from '../hub-client.ts';
import { rawExchange } from '../raw-exchange.ts';

const INDEX = 'Accept: application/vnd.oci.image.index.v1+json';
const HERE = { source: '127.0.0.1' };

let simulator: Simulator;
let clock: TestClock;

beforeEach(async () => {
  clock = testClock('2026-07-15T14:24:11.185Z');
  simulator = await startSimulator({ clock });
});
afterEach(() => simulator.stop());

describe('answerRegistry() and tokens', () => {
  test('challenges for `/v2/` without a scope, and answers {} to any token', async () => {
    const refused = await rawExchange(simulator.url, 'GET /v2/');
    expect(statusOf(refused)).toBe(401);
    expect(headerOf(refused, 'www-authenticate')).toBe(
      `Bearer realm="${simulator.url.origin}/token",service="registry.docker.io"`,
    );
    const answer = await rawExchange(simulator.url, 'GET /v2/', [await bearer(simulator)]);
    expect([statusOf(answer), answer.body]).toEqual([200, '{}']);
  });

  // biome-ignore format: a table
  test.each([
    ['no token', () => [], ''],
    ['a token that was never issued', () => ['Authorization: Bearer eyJ.eyJ.x'], ',error="invalid_token"'],
    ['a login in place of a token', () => [basic('acmeci:secret')], ',error="invalid_token"'],
    ['a token for another repository', async () => [await bearer(simulator, [], 'library/alpine')], ',error="insufficient_scope"'],
  ])('%s: 401', async (_, headers, error) => {
    const answer = await askManifest(simulator, 'HEAD', await headers());
    expect(statusOf(answer)).toBe(401);
    expect(headerOf(answer, 'www-authenticate')).toContain(`scope="repository:ratelimitpreview/test:pull"${error}`);
    expect(headerOf(answer, 'ratelimit-limit')).toBeUndefined();
  });

  test('a token is good for 300 seconds', async () => {
    const token = await bearer(simulator);
    clock.advance(299_999);
    expect(statusOf(await askManifest(simulator, 'HEAD', [token]))).toBe(200);
    clock.advance(1);
    const late = await askManifest(simulator, 'HEAD', [token]);
    expect(headerOf(late, 'www-authenticate')).toContain('error="invalid_token"');
  });

  test('a missing repository looks like a private one', async () => {
    for (const repository of ['acme/private', 'library/this-does-not-exist']) {
      const token = await bearer(simulator, [], repository);
      const answer = await askManifest(simulator, 'HEAD', [token], `${repository}:latest`);
      expect(headerOf(answer, 'www-authenticate')).toContain('error="insufficient_scope"');
    }
  });

  test('a private repository opens for its namespace', async () => {
    simulator.control.addAccount({ name: 'acme', password: 'secret' });
    const token = await bearer(simulator, [basic('acme:secret')], 'acme/private');
    expect(statusOf(await askManifest(simulator, 'HEAD', [token], 'acme/private:latest'))).toBe(200);
  });
});

describe('answerRegistry() and manifests', () => {
  // biome-ignore format: a table
  test.each<[CountingModel, number]>([['per-get', 98], ['two-gets', 99], ['per-architecture', 99]])(
    'counts a cold pull by %s: %d left', async (counting, left) => {
      simulator.control.setLimits({ counting });
      const token = await bearer(simulator, [], 'library/alpine');
      const index = await askManifest(simulator, 'GET', [token, INDEX], 'library/alpine:latest');
      const { manifests } = jsonOf(index) as { manifests: { digest: string }[] };
      await askManifest(simulator, 'GET', [token], `library/alpine@${manifests[0]?.digest}`);
      expect(simulator.control.remaining(HERE)).toBe(left);
    },
  );

  test('sends the image for linux/amd64 to clients that accept no index', async () => {
    const token = await bearer(simulator, [], 'library/alpine');
    const types = [];
    for (const accept of [INDEX, 'Accept: */*', 'Accept: application/vnd.oci.image.manifest.v1+json']) {
      const answer = await askManifest(simulator, 'HEAD', [token, accept], 'library/alpine:latest');
      types.push(headerOf(answer, 'content-type'));
    }
    const image = 'application/vnd.oci.image.manifest.v1+json';
    expect(types).toEqual(['application/vnd.oci.image.index.v1+json', image, image]);
  });

  test('HEAD and GET agree in everything but the body', async () => {
    const token = await bearer(simulator);
    simulator.control.addAccount({ name: 'pro', password: 'secret', plan: 'paid' });
    const head = await askManifest(simulator, 'HEAD', [token]);
    const get = await askManifest(simulator, 'GET', [token]);
    expect(head.body).toBe('');
    expect(Number(headerOf(get, 'content-length'))).toBe(get.body.length);
    for (const name of ['content-length', 'content-type', 'docker-content-digest', 'etag']) {
      expect(headerOf(head, name)).toBe(headerOf(get, name));
    }
  });

  test('denies a GET when nothing is left, does not count it, and refills as the window slides', async () => {
    simulator.control.spend({ ...HERE, pulls: 99 });
    clock.advance(60_000);
    const token = await bearer(simulator);
    expect(statusOf(await askManifest(simulator, 'GET', [token]))).toBe(200);
    expect(statusOf(await askManifest(simulator, 'GET', [token]))).toBe(429);
    expect(statusOf(await askManifest(simulator, 'HEAD', [token]))).toBe(429);
    clock.advance(3_540_000);
    expect(simulator.control.remaining(HERE)).toBe(99);
  });

  test('HEAD answers 200 with nothing left before 2026', async () => {
    simulator.control.setProfile('2022-2025');
    simulator.control.spend({ ...HERE, pulls: 100 });
    const token = await bearer(simulator);
    const head = await askManifest(simulator, 'HEAD', [token]);
    expect([statusOf(head), headerOf(head, 'ratelimit-remaining')]).toEqual([200, '0;w=21600']);
    expect(statusOf(await askManifest(simulator, 'GET', [token]))).toBe(429);
  });

  test('an exempt repository costs nothing and carries no limit', async () => {
    const token = await bearer(simulator, [], 'publisher/agent');
    const answer = await askManifest(simulator, 'GET', [token], 'publisher/agent:latest');
    expect(statusOf(answer)).toBe(200);
    expect(headerOf(answer, 'ratelimit-limit')).toBeUndefined();
    expect(simulator.control.remaining(HERE)).toBe(100);
  });

  test('an unknown tag and an unknown digest are 404, with the limit, and free', async () => {
    const token = await bearer(simulator);
    const digest = `sha256:${'0'.repeat(64)}`;
    const byTag = await askManifest(simulator, 'GET', [token], 'ratelimitpreview/test:nope');
    const byDigest = await askManifest(simulator, 'GET', [token], `ratelimitpreview/test@${digest}`);
    expect([statusOf(byTag), statusOf(byDigest)]).toEqual([404, 404]);
    expect(byTag.body).toContain('"detail":{"Tag":"nope"}');
    expect(byDigest.body).toContain(`"detail":{"Name":"ratelimitpreview/test","Revision":"${digest}"}`);
    expect(headerOf(byDigest, 'ratelimit-remaining')).toBe('100;w=3600');
  });
});

describe('answerRegistry() and the rest', () => {
  test('redirects a blob, for HEAD as for GET, to where no token is needed', async () => {
    const token = await bearer(simulator);
    const manifest = jsonOf(await askManifest(simulator, 'GET', [token]));
    const { digest, size } = (manifest.layers as { digest: string; size: number }[])[0] ?? {};
    for (const method of ['HEAD', 'GET']) {
      const answer = await rawExchange(
        simulator.url,
        `${method} /v2/ratelimitpreview/test/blobs/${digest}?ns=docker.io`,
        [token],
      );
      expect(statusOf(answer)).toBe(307);
      const blob = await fetch(headerOf(answer, 'location') ?? '', { method });
      expect([blob.status, Number(blob.headers.get('content-length'))]).toEqual([200, size]);
      await blob.arrayBuffer();
    }
    expect(simulator.control.remaining(HERE)).toBe(99);
  });

  test('goes on with a blob where a client stopped', async () => {
    const token = await bearer(simulator);
    const manifest = jsonOf(await askManifest(simulator, 'GET', [token]));
    const { digest, size } = manifest.config as { digest: string; size: number };
    const path = `/v2/ratelimitpreview/test/blobs/${digest}`;
    const location = headerOf(await rawExchange(simulator.url, `GET ${path}`, [token]), 'location') ?? '';
    const whole = await (await fetch(location)).text();
    const rest = await fetch(location, { headers: { range: 'bytes=10-' } });
    expect(rest.status).toBe(206);
    expect(rest.headers.get('content-range')).toBe(`bytes 10-${size - 1}/${size}`);
    expect(await rest.text()).toBe(whole.slice(10));
  });

  test('lists tags, and counts nothing for it', async () => {
    const token = await bearer(simulator, [], 'library/alpine');
    const answer = await rawExchange(simulator.url, 'GET /v2/library/alpine/tags/list', [token]);
    expect(jsonOf(answer)).toEqual({ name: 'library/alpine', tags: ['3.21', '3.22', 'latest'] });
    expect(simulator.control.remaining(HERE)).toBe(100);
  });

  // biome-ignore format: a table
  test.each([
    ['an unknown blob', `GET /v2/ratelimitpreview/test/blobs/sha256:${'0'.repeat(64)}`, 404],
    ['an unknown kind of resource', 'GET /v2/ratelimitpreview/test/secrets/1', 404],
    ['a push', 'PUT /v2/ratelimitpreview/test/manifests/latest', 405],
    ['a path outside the registry', 'GET /', 404],
  ])('%s', async (_, request, status) => {
    expect(statusOf(await rawExchange(simulator.url, request, [await bearer(simulator)]))).toBe(status);
  });
});
