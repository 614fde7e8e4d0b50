import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeAsRootWithProgram } from '../requires-program.ts';
import { type Containerd, startContainerd } from './containerd.ts';
import { documentedSpending } from './documented-spending.ts';
import { hostOf } from './hub-endpoint.ts';
import { measure } from './measure.ts';
import { LOGIN, type SimulatedHub, startSimulatedHub } from './simulated-hub.ts';
import { CONTAINERD_SITUATIONS } from './situation.ts';
import { spendingRows } from './spending-table.ts';

const NGINX = 'docker.io/library/nginx:latest';

describeAsRootWithProgram(['containerd', 'ctr'], 'containerd', () => {
  describe.each([{ scheme: 'http' }, { scheme: 'https' }] as const)('over $scheme', ({ scheme }) => {
    let hub: SimulatedHub;
    let containerd: Containerd;

    beforeEach(async () => {
      hub = await startSimulatedHub({ scheme });
      containerd = await startContainerd(hub.endpoint);
    });
    afterEach(async () => {
      await containerd.stop();
      await hub.stop();
    });

    test('pulls and unpacks an image anonymously', async () => {
      const { exitCode, stderr } = await containerd.pull(NGINX);

      // ctr may log its own cancelled progress bar on standard error; the exit code and the image decide.
      expect(exitCode, stderr).toBe(0);
      expect(await containerd.images()).toEqual([NGINX]);
      expect(hub.control.remaining({ source: '127.0.0.1' })).toBe(98);
    });

    test('pulls a private image with a login, which pays for it', async () => {
      const { exitCode, stderr } = await containerd.pull('docker.io/acme/private:latest', LOGIN);

      expect(exitCode, stderr).toBe(0);
      expect(hub.control.remaining({ account: LOGIN.username })).toBe(198);
      expect(hub.control.remaining({ source: '127.0.0.1' })).toBe(100);
    });

    test.each([
      { why: 'private', reference: 'docker.io/acme/private:latest', message: 'insufficient_scope' },
      { why: 'missing', reference: 'docker.io/library/missing:latest', message: 'insufficient_scope' },
      { why: 'unknown by this tag', reference: 'docker.io/library/nginx:missing', message: 'not found' },
      { why: 'for Windows', reference: 'docker.io/acme/windows:latest', message: 'no match for platform' },
    ])('is refused an image that is $why', async ({ reference, message }) => {
      const { exitCode, stderr } = await containerd.pull(reference);
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining(message) });
    });
  });

  describe('at the edges', () => {
    let hub: SimulatedHub;
    let containerd: Containerd;

    beforeEach(async () => {
      hub = await startSimulatedHub();
      containerd = await startContainerd(hub.endpoint);
    });
    afterEach(async () => {
      await containerd.stop();
      await hub.stop();
    });

    test('pulls by --plain-http from the address of the hub', async () => {
      const { exitCode } = await containerd.pullPlainHttp(`${hostOf(hub.endpoint)}/library/busybox:latest`);
      expect(exitCode).toBe(0);
    });

    test('sends a wrong password twice, by POST and by GET', async () => {
      const { stderr } = await containerd.pull(NGINX, { ...LOGIN, password: 'wrong' });

      const logins = hub.control.ledger().filter(({ path }) => path === '/token');
      expect(logins.map(({ method, status }) => [method, status])).toEqual([
        ['POST', 401],
        ['GET', 401],
      ]);
      expect(stderr).toContain('unexpected status: 401 Unauthorized');
    });

    // Whether an exhausted bucket denies the HEAD (2026) or only the GET (until 2025), each gets five requests at once.
    test.each([
      { profile: '2026', method: 'HEAD', message: '429 Too Many Requests' },
      {
        profile: '2022-2025',
        method: 'GET',
        message: 'toomanyrequests: You have reached your pull rate limit',
      },
    ] as const)(
      'repeats a denied $method five times at once ($profile)',
      async ({ profile, method, message }) => {
        hub.control.setProfile(profile);
        hub.control.spend({ source: '127.0.0.1', pulls: 100 });

        const { stderr } = await containerd.pull(NGINX);

        const denied = hub.manifestRequests().filter(({ status }) => status === 429);
        expect(denied.map((request) => request.method)).toEqual(Array(5).fill(method));
        expect(stderr).toContain(message);
      },
    );

    test('pays nothing for an image of a verified publisher', async () => {
      await containerd.pull('docker.io/publisher/agent:latest');
      expect(hub.control.remaining({ source: '127.0.0.1' })).toBe(100);
      expect(await containerd.images()).toEqual(['docker.io/publisher/agent:latest']);
    });
  });

  test('does not trust a hub whose authority it was not given', async () => {
    const [hub, stranger] = await Promise.all([
      startSimulatedHub({ scheme: 'https' }),
      startSimulatedHub({ scheme: 'https' }),
    ]);
    const containerd = await startContainerd({ ...hub.endpoint, authority: stranger.endpoint.authority });

    const { stderr } = await containerd.pull(NGINX);
    await containerd.stop();
    await Promise.all([hub.stop(), stranger.stop()]);

    expect(stderr).toContain('x509: certificate signed by unknown authority');
    expect(hub.control.ledger()).toEqual([]);
  });

  test.each(CONTAINERD_SITUATIONS)(
    '$client spends what docs/real-clients.md says: $image, by $by',
    async (situation) => {
      expect(spendingRows(await measure(situation))).toEqual(documentedSpending(situation));
    },
  );
});
