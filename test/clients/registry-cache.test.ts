import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeWithProgram } from '../requires-program.ts';
import { documentedSpending } from './documented-spending.ts';
import { hostOf } from './hub-endpoint.ts';
import { measure } from './measure.ts';
import { type RegistryCache, startRegistryCache } from './registry-cache.ts';
import { LOGIN, type SimulatedHub, startSimulatedHub } from './simulated-hub.ts';
import { CACHE_SITUATIONS } from './situation.ts';
import { prepareSkopeo, type Skopeo } from './skopeo.ts';
import { spendingRows } from './spending-table.ts';

describeWithProgram(['docker-registry', 'skopeo'], 'docker-registry as a pull-through cache', () => {
  describe.each([
    { scheme: 'http', login: undefined },
    { scheme: 'http', login: LOGIN },
    { scheme: 'https', login: undefined },
    { scheme: 'https', login: LOGIN },
  ] as const)('over $scheme, login: $login.username', ({ scheme, login }) => {
    let hub: SimulatedHub;
    let cache: RegistryCache;
    let skopeo: Skopeo;
    let image = '';

    beforeEach(async () => {
      hub = await startSimulatedHub({ scheme });
      cache = await startRegistryCache(hub.endpoint, login);
      skopeo = prepareSkopeo(cache.endpoint);
      image = `${hostOf(cache.endpoint)}/${login ? 'acme/private' : 'library/nginx'}:latest`;
    });
    afterEach(async () => {
      skopeo.remove();
      await cache.stop();
      await hub.stop();
    });

    test('pulls once and gives many times', async () => {
      const copies = [await skopeo.copy(image), await skopeo.copy(image), await skopeo.copy(image)];

      expect(copies.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
      expect(hub.control.remaining({ source: '127.0.0.1' })).toBe(login ? 100 : 98);
      expect(hub.control.remaining({ account: LOGIN.username })).toBe(login ? 198 : 200);
    });

    test('gives what it has when nothing is left at the hub', async () => {
      await skopeo.copy(image);
      hub.control.spend({ source: '127.0.0.1', pulls: 100 });
      hub.control.spend({ account: LOGIN.username, pulls: 200 });

      expect(await skopeo.copy(image)).toMatchObject({ exitCode: 0 });
      // After a denied HEAD it requests once more by GET for the reason, and then reads its own store.
      expect(hub.manifestRequests().slice(-2)).toMatchObject([
        { method: 'HEAD', status: 429 },
        { method: 'GET', status: 429 },
      ]);
    });

    test('reports an unknown image when nothing is left at the hub: the client never receives the limit', async () => {
      hub.control.spend({ source: '127.0.0.1', pulls: 100 });
      hub.control.spend({ account: LOGIN.username, pulls: 200 });

      const { exitCode, stderr } = await skopeo.copy(image);

      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringContaining('manifest unknown'),
      });
    });

    test('gives a probe no limit, and pays a pull for the first', async () => {
      const [, host = '', path = ''] = /^([^/]+)\/(.*):latest$/.exec(image) ?? [];
      const accept = 'application/vnd.oci.image.index.v1+json';
      const probe = () =>
        fetch(`http://${host}/v2/${path}/manifests/latest`, { method: 'HEAD', headers: { accept } });

      const response = await probe();
      await probe();

      expect(response.status).toBe(200);
      expect([...response.headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([]);
      const gets = hub.manifestRequests().filter(({ method }) => method === 'GET');
      expect(gets).toHaveLength(1);
    });
  });

  test.each([
    { profile: '2026', userAgent: 'Go-http-client/2.0' },
    { profile: '2022-2025', userAgent: 'Go-http-client/1.1' },
  ] as const)('speaks to the hub of $profile as $userAgent', async ({ profile, userAgent }) => {
    const hub = await startSimulatedHub({ scheme: 'https' });
    hub.control.setProfile(profile);
    const cache = await startRegistryCache(hub.endpoint);
    const skopeo = prepareSkopeo(cache.endpoint);

    await skopeo.copy('docker.io/library/nginx:latest');
    skopeo.remove();
    await cache.stop();
    await hub.stop();

    const agents = new Set(hub.manifestRequests().map((request) => request.userAgent));
    expect([...agents]).toEqual([userAgent]);
  });

  test.each(CACHE_SITUATIONS)(
    '$client spends what docs/real-clients.md says: $image, by $by',
    async (situation) => {
      expect(spendingRows(await measure(situation))).toEqual(documentedSpending(situation));
    },
  );
});
