import { request } from 'undici';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/kit/secret.ts';
import { credential, login } from './fixtures.ts';
import { type FaultName, openHub, startSimulatedHub } from './simulated-hub.ts';

const FULL = { limit: 100, remaining: 100, windowSeconds: 3_600 };
const LOOPBACK = { value: '127.0.0.1', kind: 'ipv4' };

describe('probe()', () => {
  test('follows the challenge once, then sends one HEAD per probe', async () => {
    const { connect, requests } = await startSimulatedHub();
    const hub = connect();

    const first = await hub.probe(credential());
    const handshake = requests();
    const second = await hub.probe(credential());

    expect(first).toEqual({ kind: 'metered', rateLimit: FULL, source: LOOPBACK });
    expect(handshake).toEqual(['HEAD 401', 'token 200', 'HEAD 200']);
    expect(second).toEqual(first);
    expect(requests()).toEqual(['HEAD 200']);
  });

  test('costs no pull and sends the User-Agent', async () => {
    const { connect, control } = await startSimulatedHub();

    await connect().probe(credential());

    expect(control.ledger().map(({ pulls }) => pulls)).toEqual([0, 0, 0]);
    expect(new Set(control.ledger().map(({ userAgent }) => userAgent))).toEqual(
      new Set(['headroom/0.0.0-test']),
    );
  });

  // the password, with the characters that Docker allows
  test.each(['hunter2', 'a:b:c', 'pässwörd ✓', '$@! '])('signs in with the password %j', async (password) => {
    const { connect, control } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password });

    const reading = await connect().probe(
      credential({ name: 'ci', readLogin: async () => login('acmeci', password) }),
    );

    expect(reading).toEqual({
      kind: 'metered',
      rateLimit: { limit: 200, remaining: 200, windowSeconds: 3_600 },
      source: { value: 'acmeci', kind: 'account' },
    });
  });

  test('logs in with an identity token', async () => {
    const { connect, control, simulator } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password: 'hunter2' });
    const form = new URLSearchParams({
      grant_type: 'password',
      client_id: 'docker',
      service: 'registry.docker.io',
      access_type: 'offline',
      username: 'acmeci',
      password: 'hunter2',
    });
    const { body } = await request(new URL('/token', simulator.url), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form.toString(),
    });
    const { refresh_token } = (await body.json()) as { refresh_token: string };

    const reading = await connect().probe(
      credential({
        readLogin: async () => ({ kind: 'identity-token', token: new Secret(refresh_token) }),
      }),
    );

    expect(reading).toMatchObject({ kind: 'metered', source: { value: 'acmeci', kind: 'account' } });
  });

  // the profile | the fault | the affected endpoint | the reading
  test.each<[string, FaultName, 'manifest' | 'token', object]>([
    ['abuse', 'abuse', 'manifest', { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 }],
    [
      'abuse without a pause',
      'abuse-without-retry-after',
      'manifest',
      { kind: 'blocked', reason: 'abuse', retryAfterSeconds: undefined },
    ],
    ['abuse with bare LF', 'abuse-bare-lf', 'manifest', { kind: 'blocked', retryAfterSeconds: 60 }],
    [
      'abuse of the token service',
      'abuse',
      'token',
      { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 },
    ],
    ['the same with bare LF', 'abuse-bare-lf', 'token', { kind: 'blocked', retryAfterSeconds: 60 }],
    [
      'nothing left, with status 429',
      'pull-limit',
      'manifest',
      { kind: 'metered', rateLimit: { remaining: 0 } },
    ],
    ['nothing left, with status 200', 'zero', 'manifest', { kind: 'metered', rateLimit: { remaining: 0 } }],
    ['no limit at all', 'unmetered', 'manifest', { kind: 'unmetered', source: LOOPBACK }],
    ['no headers at all', 'missing-headers', 'manifest', { kind: 'unmetered', source: undefined }],
    ['no window', 'no-window', 'manifest', { kind: 'metered', rateLimit: { windowSeconds: undefined } }],
    ['empty numbers', 'empty-numbers', 'manifest', { reason: 'invalid_header' }],
    ['garbage', 'garbage-headers', 'manifest', { reason: 'invalid_header' }],
    ['403', 'forbidden', 'manifest', { reason: 'forbidden' }],
    ['500', 'server-error', 'manifest', { reason: 'server_error', detail: 'The hub answered 500' }],
    ['503', 'unavailable', 'manifest', { reason: 'server_error' }],
    ['a page of HTML', 'captive-portal', 'manifest', { reason: 'unexpected_response' }],
    ['a redirect', 'redirect', 'manifest', { reason: 'unexpected_response', detail: 'The hub answered 302' }],
    ['a reset', 'reset', 'manifest', { reason: 'reset' }],
    ['`access_token` only', 'access-token-only', 'token', { kind: 'metered', rateLimit: FULL }],
    ['no token', 'no-token', 'token', { reason: 'token_error' }],
    ['a token of 16 MiB', 'huge-token', 'token', { reason: 'token_error' }],
    ['HTML for a token', 'captive-portal', 'token', { reason: 'token_error' }],
    [
      'a redirect of the token service',
      'redirect',
      'token',
      { reason: 'token_error', detail: 'The token service answered 302' },
    ],
    ['a missing token service', 'not-found', 'token', { reason: 'token_error' }],
    ['403 of the token service', 'forbidden', 'token', { reason: 'forbidden' }],
    [
      '503 of the token service',
      'unavailable',
      'token',
      { reason: 'server_error', detail: 'The token service answered 503' },
    ],
    ['a reset by the token service', 'reset', 'token', { reason: 'reset' }],
  ])('reads %s', async (_, fault, endpoint, expected) => {
    const { connect, control } = await startSimulatedHub();
    control.setFault(fault, { endpoint });

    expect(await connect().probe(credential())).toMatchObject(expected);
  });

  test('distinguishes a missing image from a rejected login', async () => {
    const { connect } = await startSimulatedHub();

    expect(await connect().probe(credential({ image: 'acme/missing' }))).toEqual({
      kind: 'failed',
      reason: 'not_found',
      detail: 'The repository does not exist or is private: acme/missing',
    });
  });

  test('reads the limit from the 404 of a missing tag', async () => {
    const { connect } = await startSimulatedHub();

    expect(await connect().probe(credential({ image: 'ratelimitpreview/test:missing' }))).toMatchObject({
      kind: 'metered',
      rateLimit: FULL,
    });
  });

  test('reads the headers of every year', async () => {
    const eras = ['legacy-2020', '2022-2025', '2026'] as const;
    const readings = [];
    for (const profile of eras) {
      const { connect } = await startSimulatedHub({ profile });
      readings.push(await connect().probe(credential()));
    }

    expect(readings).toMatchObject([
      { kind: 'metered', rateLimit: { limit: 100, windowSeconds: 21_600 }, source: undefined },
      { kind: 'metered', rateLimit: { limit: 100, windowSeconds: 21_600 }, source: LOOPBACK },
      { kind: 'metered', rateLimit: { limit: 100, windowSeconds: 3_600 }, source: LOOPBACK },
    ]);
  });

  test('replaces a token that the hub rejects, once', async () => {
    const { connect, control, requests } = await startSimulatedHub();
    const hub = connect();
    await hub.probe(credential());
    requests();
    control.setFault('unauthorized', { endpoint: 'manifest', times: 1 });

    const reading = await hub.probe(credential());

    expect(reading).toMatchObject({ kind: 'metered' });
    expect(requests()).toEqual(['HEAD 401', 'token 200', 'HEAD 200']);
  });

  test('fails when the hub rejects a token that was just granted, without further requests', async () => {
    const { connect, control, requests } = await startSimulatedHub();
    const hub = connect();
    control.setFault('unauthorized', { endpoint: 'manifest' });

    const readings = [await hub.probe(credential()), await hub.probe(credential())];

    expect(readings).toMatchObject([{ reason: 'unauthorized' }, { reason: 'unauthorized' }]);
    expect(requests()).toEqual(['HEAD 401', 'token 200', 'HEAD 401', 'token 200', 'HEAD 401']);
  });

  test('requests the challenge again when the token service cannot be reached', async () => {
    const { connect, control, requests } = await startSimulatedHub();
    const hub = connect();
    control.setFault('not-found', { endpoint: 'token', times: 1 });

    await hub.probe(credential());
    await hub.probe(credential());

    expect(requests()).toEqual(['HEAD 401', 'token 404', 'HEAD 401', 'token 200', 'HEAD 200']);
  });

  test('sends a second request with a fresh token only when the limit headers are missing', async () => {
    const { connect, control, requests } = await startSimulatedHub();
    const hub = connect();
    await hub.probe(credential());
    requests();
    control.setFault('missing-headers', { times: 1 });

    const rescued = await hub.probe(credential());
    const rescue = requests();
    control.setFault('missing-headers');
    const gone = [await hub.probe(credential()), await hub.probe(credential())];

    expect(rescued).toMatchObject({ kind: 'metered' });
    expect(rescue).toEqual(['HEAD 200', 'token 200', 'HEAD 200']);
    expect(gone).toMatchObject([{ kind: 'unmetered' }, { kind: 'unmetered' }]);
    expect(requests()).toEqual(['HEAD 200', 'token 200', 'HEAD 200', 'HEAD 200']);
  });

  test('sends one request per probe for a credential that was never metered', async () => {
    const { connect, requests } = await startSimulatedHub({ profile: 'paid' });
    const hub = connect();

    await hub.probe(credential());
    await hub.probe(credential());

    expect(requests()).toEqual(['HEAD 401', 'token 200', 'HEAD 200', 'HEAD 200']);
  });

  test('uses a separate token for each credential', async () => {
    const { connect, control } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password: 'hunter2' });
    control.addAccount({ name: 'other', password: 'hunter3' });
    const hub = connect();

    const readings = await Promise.all([
      hub.probe(credential()),
      hub.probe(credential({ name: 'a', readLogin: async () => login('acmeci', 'hunter2') })),
      hub.probe(credential({ name: 'b', readLogin: async () => login('other', 'hunter3') })),
    ]);

    expect(readings.map((reading) => 'source' in reading && reading.source?.value)).toEqual([
      '127.0.0.1',
      'acmeci',
      'other',
    ]);
  });

  test('starts a new session for a credential whose fingerprint has changed', async () => {
    const { connect, control } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password: 'hunter2' });
    const hub = connect();
    await hub.probe(credential({ name: 'x', fingerprint: '1' }));

    const reading = await hub.probe(
      credential({ name: 'x', fingerprint: '2', readLogin: async () => login('acmeci', 'hunter2') }),
    );

    expect(reading).toMatchObject({ source: { value: 'acmeci' } });
  });

  test('sends no request to an untrusted realm, with or without a login', async () => {
    const foreign = await startSimulatedHub();
    const { connect, requests } = await startSimulatedHub({
      realm: new URL('/token', foreign.simulator.url).href,
    });
    const hub = connect();

    const readings = [
      await hub.probe(credential()),
      await hub.probe(credential({ name: 'ci', readLogin: async () => login('acmeci', 'hunter2') })),
    ];

    expect(readings).toMatchObject([{ reason: 'untrusted_realm' }, { reason: 'untrusted_realm' }]);
    expect(foreign.requests()).toEqual([]);
    expect(requests()).toEqual(['HEAD 401', 'HEAD 401']);
  });

  test('reports that a login could not be read', async () => {
    const { connect, requests } = await startSimulatedHub();
    const readLogin = async () => {
      throw new Error('Cannot read /run/secrets/dockerhub: ENOENT');
    };

    expect(await connect().probe(credential({ readLogin }))).toEqual({
      kind: 'failed',
      reason: 'login_unreadable',
      detail: 'Cannot read /run/secrets/dockerhub: ENOENT',
    });
    expect(requests()).toEqual([]);
  });

  test('reports unexpected errors', async () => {
    const { connect, logTexts } = await startSimulatedHub();
    const broken = { ...credential(), route: { localAddress: 'not an address' } };

    const reading = await connect().probe(broken);

    expect(reading).toMatchObject({ reason: 'internal' });
    expect(logTexts()).toContainEqual(expect.stringMatching(/^error: /));
  });

  test('shows no secret in any reading or log line', async () => {
    const { connect, control, logTexts } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password: 'hunter2-planted' });
    const hub = connect();
    const readings = [];
    for (const fault of ['captive-portal', 'unauthorized', 'reset', 'redirect', 'no-token'] as const) {
      control.setFault(fault);
      const plan = { name: fault, readLogin: async () => login('acmeci', `hunter2-planted${fault}`) };
      readings.push(await hub.probe(credential(plan)));
      control.clearFault();
    }

    expect(JSON.stringify([readings, logTexts()])).not.toMatch(/hunter2|eyJ|Basic|Bearer/);
  });
});

describe('probe() with a timeout', () => {
  // what does not answer | the fault's endpoint | the detail
  test.each([
    [
      'the hub',
      'manifest',
      /^No answer from the hub at 127\.0\.0\.1:\d+: the probe's time of 100ms is over$/,
    ],
    ['the token service', 'token', /^No answer from the token service at 127\.0\.0\.1:\d+: .* is over$/],
  ] as const)('gives up when %s hangs', async (_, endpoint, detail) => {
    const { connect, control } = await startSimulatedHub();
    control.setFault('hang', { endpoint });

    const reading = await connect().probe(credential({ timeoutMs: 100 }));

    expect(reading).toEqual({ kind: 'failed', reason: 'timeout', detail: expect.stringMatching(detail) });
  });

  test('fails when the login cannot be read in time', async () => {
    const { connect } = await startSimulatedHub();
    const readLogin = () => new Promise<never>(() => undefined);

    expect(await connect().probe(credential({ timeoutMs: 50, readLogin }))).toEqual({
      kind: 'failed',
      reason: 'timeout',
      detail: "The login could not be read: the probe's time of 50ms is over",
    });
  });

  test('fails when the caller aborts', async () => {
    const { connect, control } = await startSimulatedHub();
    control.setFault('hang');
    const caller = new AbortController();
    const probing = connect().probe(credential(), caller.signal);
    caller.abort(new Error('Prometheus went away'));

    expect(await probing).toEqual({
      kind: 'failed',
      reason: 'timeout',
      detail: 'The probe was cancelled: Prometheus went away',
    });
  });

  test('fails when the client closes', async () => {
    const { connect, control } = await startSimulatedHub();
    control.setFault('hang');
    const hub = connect();
    const probing = hub.probe(credential());
    await expect.poll(() => control.ledger()).toHaveLength(1);

    await hub.close();

    expect(await probing).toMatchObject({
      reason: 'timeout',
      detail: expect.stringContaining('shutting down'),
    });
  });
});

describe('probe() without a hub', () => {
  test('cannot resolve a name that does not exist', async () => {
    const hub = openHub({ url: new URL('https://hub.invalid') });

    expect(await hub.probe(credential())).toEqual({
      kind: 'failed',
      reason: 'dns',
      detail: expect.stringMatching(
        /^Cannot resolve the name of the hub at hub\.invalid: (?:ENOTFOUND|EAI_AGAIN)$/,
      ),
    });
  });

  test('cannot connect to a closed port', async () => {
    const { simulator, connect } = await startSimulatedHub();
    const hub = connect();
    await simulator.stop();

    expect(await hub.probe(credential())).toMatchObject({
      reason: 'connect',
      detail: expect.stringMatching(/^Cannot connect to the hub at 127\.0\.0\.1:\d+: ECONNREFUSED$/),
    });
  });
});

describe('probe() during a probe of the same credential', () => {
  test('joins that probe', async () => {
    const { connect, requests } = await startSimulatedHub();
    const hub = connect();

    const readings = await Promise.all([hub.probe(credential()), hub.probe(credential())]);

    expect(readings[0]).toMatchObject({ kind: 'metered' });
    expect(readings[1]).toBe(readings[0]);
    expect(requests()).toEqual(['HEAD 401', 'token 200', 'HEAD 200']);
  });

  test('continues when one of its callers aborts', async () => {
    const { connect } = await startSimulatedHub();
    const hub = connect();
    const caller = new AbortController();

    const probes = [hub.probe(credential(), caller.signal), hub.probe(credential())];
    caller.abort(new Error('gone'));

    expect(await Promise.all(probes)).toMatchObject([{ reason: 'timeout' }, { kind: 'metered' }]);
  });
});
