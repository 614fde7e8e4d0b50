import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeWithProgram } from '../requires-program.ts';
import { documentedSpending } from './documented-spending.ts';
import { hostOf } from './hub-endpoint.ts';
import { measure } from './measure.ts';
import { LOGIN, type SimulatedHub, startSimulatedHub } from './simulated-hub.ts';
import { SKOPEO_SITUATIONS } from './situation.ts';
import { prepareSkopeo, type Skopeo } from './skopeo.ts';
import { spendingRows } from './spending-table.ts';

describeWithProgram('skopeo', 'skopeo', () => {
  describe.each([{ scheme: 'http' }, { scheme: 'https' }] as const)('over $scheme', ({ scheme }) => {
    let hub: SimulatedHub;
    let skopeo: Skopeo;
    let host = '';

    beforeEach(async () => {
      hub = await startSimulatedHub({ scheme });
      host = hostOf(hub.endpoint);
      skopeo = prepareSkopeo(hub.endpoint);
    });
    afterEach(async () => {
      skopeo.remove();
      await hub.stop();
    });

    test('copies an image of docker.io anonymously, all its blobs checked', async () => {
      const { exitCode, stderr } = await skopeo.copy('docker.io/library/redis:latest');

      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(skopeo.copied('docker.io/library/redis:latest')).toHaveLength(5);
      expect(hub.control.remaining({ source: '127.0.0.1' })).toBe(98);
    });

    test('copies a private image with a login, which pays for it', async () => {
      const { exitCode, stderr } = await skopeo.copy(`${host}/acme/private:latest`, LOGIN);

      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(hub.control.remaining({ account: LOGIN.username })).toBe(198);
      expect(hub.control.remaining({ source: '127.0.0.1' })).toBe(100);
    });

    test('inspects an image with its tags', async () => {
      const { stdout } = await skopeo.inspect(`${host}/library/alpine:3.22`);
      expect(JSON.parse(stdout)).toMatchObject({
        Name: `${host}/library/alpine`,
        RepoTags: ['3.21', '3.22', 'latest'],
        Architecture: 'amd64',
        Os: 'linux',
      });
    });

    test('lists tags', async () => {
      const { stdout } = await skopeo.listTags(`${host}/library/node`);
      expect(JSON.parse(stdout)).toMatchObject({ Tags: ['22', '24', '24-alpine', 'latest'] });
    });

    test.each([
      { why: 'private', image: 'acme/private:latest', message: 'authentication required' },
      { why: 'missing', image: 'library/missing:latest', message: 'authentication required' },
      { why: 'unknown by this tag', image: 'library/nginx:missing', message: 'manifest unknown' },
      { why: 'for Windows', image: 'acme/windows:latest', message: 'no image found in manifest list' },
    ])('is refused an image that is $why', async ({ image, message }) => {
      const { exitCode, stderr } = await skopeo.copy(`${host}/${image}`);
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(message) });
    });

    test('reports that a password is wrong, and sends it once', async () => {
      const { stderr } = await skopeo.inspect(`${host}/library/nginx`, { ...LOGIN, password: 'wrong' });
      expect(stderr).toContain('incorrect username or password');
      expect(hub.control.ledger().filter(({ path }) => path === '/token')).toHaveLength(1);
    });
  });

  test('does not trust a hub whose authority it was not given', async () => {
    const [hub, stranger] = await Promise.all([
      startSimulatedHub({ scheme: 'https' }),
      startSimulatedHub({ scheme: 'https' }),
    ]);
    const skopeo = prepareSkopeo({ ...hub.endpoint, authority: stranger.endpoint.authority });

    const { stderr } = await skopeo.copy('docker.io/library/nginx:latest');
    skopeo.remove();
    await Promise.all([hub.stop(), stranger.stop()]);

    expect(stderr).toContain('x509: certificate signed by unknown authority');
    expect(hub.control.ledger()).toEqual([]);
  });

  test.each(SKOPEO_SITUATIONS)(
    '$client spends what docs/real-clients.md says: $image, by $by',
    async (situation) => {
      expect(spendingRows(await measure(situation))).toEqual(documentedSpending(situation));
    },
  );
});
