import { describe, expect, test } from 'vitest';
import { parseImageReference } from '../../src/domain/image-reference.ts';
import { type Failed, failed } from '../../src/domain/reading.ts';
import type { HubAnswer, HubRequest } from '../../src/hub/exchange.ts';
import { manifestRequest, runHandshake } from '../../src/hub/handshake.ts';
import { createLockout } from '../../src/hub/lockout.ts';
import { createLoginOrder } from '../../src/hub/login-order.ts';
import { createSessions } from '../../src/hub/session.ts';
import { Secret } from '../../src/kit/secret.ts';
import { SILENT_LOG } from '../domain/log-recorder.ts';
import { credential, manualClock } from './fixtures.ts';

const HUB = new URL('https://registry-1.docker.io');
const DIGEST = `sha256:${'0'.repeat(64)}`;

describe('manifestRequest()', () => {
  // the hub | the image | the URL of the request
  test.each([
    [
      'https://registry-1.docker.io',
      'nginx',
      'https://registry-1.docker.io/v2/library/nginx/manifests/latest',
    ],
    ['https://hub.test/docker/', 'a/b:1', 'https://hub.test/docker/v2/a/b/manifests/1'],
    ['https://hub.test', `a/b:1@${DIGEST}`, `https://hub.test/v2/a/b/manifests/${DIGEST}`],
  ])('to %s for %s has the URL %s', (hub, image, url) => {
    expect(manifestRequest(new URL(hub), parseImageReference(image), undefined, 'ua').url.href).toBe(url);
  });

  test('is a HEAD that accepts indexes and manifests', () => {
    const { method, headers } = manifestRequest(
      HUB,
      parseImageReference('nginx'),
      undefined,
      'headroom/1.0.0',
    );

    expect(method).toBe('HEAD');
    expect(headers).toEqual({
      accept:
        'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
      'user-agent': 'headroom/1.0.0',
    });
  });

  test('contains the token', () => {
    const { headers } = manifestRequest(HUB, parseImageReference('nginx'), new Secret('t0ken'), 'ua');

    expect(headers.authorization).toBe('Bearer t0ken');
  });
});

function answer(status: number, headers: Record<string, string>, body = ''): HubAnswer {
  return { kind: 'answer', status, body, header: (name) => headers[name] };
}

function challenge(realm: string): HubAnswer {
  return answer(401, { 'www-authenticate': `Bearer realm="${realm}",service="registry.docker.io"` });
}

const TOKEN = answer(200, {}, '{"token":"t0ken","expires_in":300}');
const LIMITS = answer(200, { 'ratelimit-limit': '100;w=3600', 'ratelimit-remaining': '76;w=3600' });

/** Runs handshakes of one credential that receive these answers one after the other. */
function script(answers: readonly (HubAnswer | Failed)[]) {
  const clock = manualClock();
  const requests: string[] = [];
  const hubContext = {
    hub: HUB,
    allowInsecure: false,
    userAgent: 'headroom/0.0.0-test',
    lockout: createLockout(clock),
    logins: createLoginOrder(),
    clock,
    log: SILENT_LOG,
  };
  const session = createSessions()(credential());
  const left = [...answers];
  const exchange = async ({ method, url }: HubRequest): Promise<HubAnswer | Failed> => {
    requests.push(`${method} ${url.host}`);
    return left.shift() ?? failed('internal', 'The script is over');
  };
  const signal = new AbortController().signal;
  return {
    requests,
    probe: () =>
      runHandshake({ credential: credential(), session, hubContext: hubContext, clock, exchange, signal }),
  };
}

describe('runHandshake()', () => {
  // the problem with the token | the challenge and the answer of the token service
  test.each<[string, (HubAnswer | Failed)[]]>([
    ['its realm is not trusted', [challenge('https://evil.example/token')]],
    [
      'the name of its realm does not resolve',
      [challenge('https://gone.docker.io/token'), failed('dns', '')],
    ],
    ['its service answers with HTML', [challenge('https://auth.docker.io/token'), answer(200, {}, '<html>')]],
    ['its service answers 503', [challenge('https://auth.docker.io/token'), answer(503, {})]],
  ])('requests the challenge again when %s', async (_, first) => {
    const { probe, requests } = script([...first, challenge('https://auth.docker.io/token'), TOKEN, LIMITS]);

    const readings = [await probe(), await probe()];

    expect(readings).toMatchObject([{ kind: 'failed' }, { kind: 'metered' }]);
    expect(requests.slice(first.length)).toEqual([
      'HEAD registry-1.docker.io',
      'GET auth.docker.io',
      'HEAD registry-1.docker.io',
    ]);
  });

  test('uses the challenge of the newest 401', async () => {
    const { probe, requests } = script([
      challenge('https://auth.docker.io/token'),
      TOKEN,
      LIMITS,
      challenge('https://auth2.docker.io/token'),
      TOKEN,
      LIMITS,
    ]);

    await probe();
    requests.length = 0;
    await probe();

    expect(requests).toEqual([
      'HEAD registry-1.docker.io',
      'GET auth2.docker.io',
      'HEAD registry-1.docker.io',
    ]);
  });

  test('sends no token to a hub that requires none', async () => {
    const { probe, requests } = script([LIMITS, LIMITS]);

    expect([await probe(), await probe()]).toMatchObject([{ kind: 'metered' }, { kind: 'metered' }]);
    expect(requests).toHaveLength(2);
  });

  test('rejects a 401 without a Bearer challenge', async () => {
    const { probe } = script([answer(401, { 'www-authenticate': 'Basic realm="Hub"' })]);

    expect(await probe()).toEqual(
      failed('unexpected_response', 'The hub answered 401 without a Bearer challenge'),
    );
  });

  test('returns the second reading when the limits are missing in the first', async () => {
    const { probe } = script([
      challenge('https://auth.docker.io/token'),
      TOKEN,
      LIMITS,
      answer(200, { 'docker-distribution-api-version': 'registry/2.0' }),
      TOKEN,
      failed('reset', 'cut'),
    ]);
    await probe();

    expect(await probe()).toEqual(failed('reset', 'cut'));
  });
});
