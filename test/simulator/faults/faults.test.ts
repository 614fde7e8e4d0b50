import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Endpoint, FaultName } from '../../../src/simulator/faults/faults.ts';
import { FAULT_NAMES } from '../../../src/simulator/faults/faults.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import {
  askManifest,
  askToken,
  basic,
  bearer,
  headerOf,
  jsonOf,
  startSimulator,
  statusOf,
} from '../hub-client.ts';

let simulator: Simulator;
let token: string;

beforeEach(async () => {
  simulator = await startSimulator();
  simulator.control.addAccount({ name: 'acmeci', password: 'secret' });
  simulator.control.spend({ source: '127.0.0.1', pulls: 24 });
  token = await bearer(simulator);
});
afterEach(() => simulator.stop());

/** What an answer to HEAD of a manifest contains with each fault: status, limit, remaining, source. */
// biome-ignore format: a table
const MANIFEST_ROWS: [FaultName, number, string | undefined, string | undefined, string | undefined][] = [
  ['unmetered', 200, undefined, undefined, '127.0.0.1'],
  ['missing-headers', 200, undefined, undefined, undefined],
  ['empty-numbers', 200, ';w=3600', ';w=3600', '127.0.0.1'],
  ['no-window', 200, '100', '76', '127.0.0.1'],
  ['zero', 200, '100;w=3600', '0;w=3600', '127.0.0.1'],
  ['false-full', 200, '100;w=3600', '100;w=3600', '127.0.0.1'],
  ['garbage-headers', 200, 'many;w=soon', 'a few', '127.0.0.1'],
  ['pull-limit', 429, '100;w=3600', '0;w=3600', '127.0.0.1'],
  ['not-found', 404, '100;w=3600', '76;w=3600', '127.0.0.1'],
  ['unauthorized', 401, undefined, undefined, '127.0.0.1'],
  ['abuse', 429, undefined, undefined, undefined],
  ['abuse-without-retry-after', 429, undefined, undefined, undefined],
  ['forbidden', 403, undefined, undefined, undefined],
  ['server-error', 500, undefined, undefined, undefined],
  ['unavailable', 503, undefined, undefined, undefined],
  ['captive-portal', 200, undefined, undefined, undefined],
  ['redirect', 302, undefined, undefined, undefined],
];

describe('a fault on the manifest', () => {
  test.each(MANIFEST_ROWS)('%s: %s, limit %s, remaining %s, source %s', async (fault, status, ...values) => {
    simulator.control.setFault(fault, { endpoint: 'manifest' });
    const answer = await askManifest(simulator, 'HEAD', [token]);
    const limit = headerOf(answer, 'ratelimit-limit') ?? headerOf(answer, 'x-ratelimit-limit');
    const remaining = headerOf(answer, 'ratelimit-remaining') ?? headerOf(answer, 'x-ratelimit-remaining');
    expect([statusOf(answer), limit, remaining, headerOf(answer, 'docker-ratelimit-source')]).toEqual([
      status,
      ...values,
    ]);
  });

  test('changing-source names another source in each answer', async () => {
    simulator.control.setFault('changing-source');
    const sources = new Set<string | undefined>();
    for (let i = 0; i < 3; i++) {
      sources.add(headerOf(await askManifest(simulator, 'HEAD', [token]), 'docker-ratelimit-source'));
    }
    expect(sources.size).toBe(3);
  });

  test('changing-egress names another source for each connection', async () => {
    simulator.control.setFault('changing-egress');
    const first = headerOf(await askManifest(simulator, 'HEAD', [token]), 'docker-ratelimit-source');
    const second = headerOf(await askManifest(simulator, 'HEAD', [token]), 'docker-ratelimit-source');
    expect(first).toMatch(/^203\.0\.113\./);
    expect(second).not.toBe(first);
  });

  test('dropped-to-anonymous meters a login as its address', async () => {
    const login = await bearer(simulator, [basic('acmeci:secret')]);
    simulator.control.setFault('dropped-to-anonymous');
    const answer = await askManifest(simulator, 'HEAD', [login]);
    expect(headerOf(answer, 'ratelimit-limit')).toBe('100;w=3600');
    expect(headerOf(answer, 'docker-ratelimit-source')).toBe('127.0.0.1');
  });
});

/** What an answer to a login is with each fault: status, and a part of the body. */
// biome-ignore format: a table
const TOKEN_ROWS: [FaultName, number, string][] = [
  ['unauthorized', 401, '{"details":"incorrect username or password"}\n'],
  ['login-locked', 429, '{"details":"too many failed login attempts for username or IP address"}\n'],
  ['abuse', 429, 'Too Many Requests\n'],
  ['unavailable', 503, '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>'],
  ['server-error', 500, 'Internal Server Error'],
  ['captive-portal', 200, '<!DOCTYPE html>'],
  ['no-token', 200, '{"expires_in":300}'],
];

describe('a fault on the token', () => {
  test.each(TOKEN_ROWS)('%s: %s %s', async (fault, status, body) => {
    simulator.control.setFault(fault, { endpoint: 'token' });
    const answer = await askToken(simulator, [basic('acmeci:secret')]);
    expect(statusOf(answer)).toBe(status);
    expect(answer.body).toContain(body);
  });

  test('access-token-only leaves `token` out', async () => {
    simulator.control.setFault('access-token-only');
    const reply = jsonOf(await askToken(simulator));
    expect(Object.keys(reply)).toEqual(['access_token', 'expires_in', 'issued_at']);
  });

  test('huge-token sends more than a client should accept', async () => {
    simulator.control.setFault('huge-token');
    const answer = await fetch(new URL('/token', simulator.url));
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(16_000_000);
  });

  test('login-locked lets anonymous pass', async () => {
    simulator.control.setFault('login-locked');
    expect(statusOf(await askToken(simulator))).toBe(200);
  });
});

describe('a fault on the connection', () => {
  test.each<Endpoint>(['token', 'manifest'])('reset ends the connection (%s)', async (endpoint) => {
    simulator.control.setFault('reset', { endpoint });
    const asked = endpoint === 'token' ? askToken(simulator) : askManifest(simulator, 'HEAD', [token]);
    await expect(asked).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('hang accepts the request and sends nothing until the simulator stops', async () => {
    simulator.control.clearLedger();
    simulator.control.setFault('hang');
    const asked = askManifest(simulator, 'HEAD', [token]);
    while (simulator.control.ledger().length === 0) await new Promise(setImmediate);
    expect(simulator.control.ledger()[0]).toMatchObject({ method: 'HEAD', status: null, pulls: 0 });
    await simulator.stop();
    expect((await asked).text).toBe('');
  });

  test('slow sends the answer byte by byte', async () => {
    simulator.control.setFault('slow', { endpoint: 'registry' });
    const socket = connect(Number(simulator.url.port), simulator.url.hostname);
    socket.write(`GET /v2/ HTTP/1.1\r\nHost: x\r\n${token}\r\n\r\n`);
    const text = await new Promise<string>((resolve) => {
      let received = '';
      socket.on('data', (chunk) => {
        received += chunk.toString();
        if (received.length >= 3) resolve(received);
      });
    });
    socket.destroy();
    expect('HTTP/1.1 200 OK\r\n'.startsWith(text)).toBe(true);
  });
});

describe('createFaults()', () => {
  test('strikes only the account, source, repository and endpoint it is set for', async () => {
    const login = await bearer(simulator, [basic('acmeci:secret')]);
    const statuses = async () => [
      statusOf(await askManifest(simulator, 'HEAD', [token])),
      statusOf(await askManifest(simulator, 'HEAD', [login])),
      statusOf(await askManifest(simulator, 'HEAD', [token, 'X-Simulator-Source: 192.0.2.9'])),
      statusOf(await askToken(simulator, [basic('acmeci:secret')])),
    ];
    const { control } = simulator;
    control.setFault('unavailable', { account: 'acmeci' });
    expect(await statuses()).toEqual([200, 503, 200, 503]);
    control.clearFault();
    control.setFault('unavailable', { source: '192.0.2.9' });
    expect(await statuses()).toEqual([200, 200, 503, 200]);
    control.clearFault();
    control.setFault('unavailable', { repository: 'library/other' });
    expect(await statuses()).toEqual([200, 200, 200, 200]);
    control.clearFault();
    control.setFault('unavailable', { endpoint: 'token' });
    expect(await statuses()).toEqual([200, 200, 200, 503]);
  });

  test('ends a fault after the requests it was set for, of which a challenge is none', async () => {
    simulator.control.setFault('unauthorized', { endpoint: 'manifest', times: 1 });
    await askManifest(simulator, 'HEAD', []);
    expect(statusOf(await askManifest(simulator, 'HEAD', [token]))).toBe(401);
    expect(statusOf(await askManifest(simulator, 'HEAD', [token]))).toBe(200);
    expect(simulator.control.faults()).toEqual([]);
  });

  test('replaces a fault of the same name and scope, and clears by id, by name and all', () => {
    const { control } = simulator;
    control.setFault('abuse', { source: '192.0.2.1' });
    const kept = control.setFault('abuse', { source: '192.0.2.1' });
    expect(control.faults()).toEqual([kept]);
    control.setFault('hang');
    control.setFault('hang', { endpoint: 'token' });
    expect(control.clearFault(kept.id)).toBe(1);
    expect(control.clearFault('hang')).toBe(2);
    control.setFault('reset');
    expect(control.clearFault()).toBe(1);
  });

  test('counts no pull for a request that a fault answers', async () => {
    simulator.control.setFault('unavailable', { endpoint: 'manifest' });
    await askManifest(simulator, 'GET', [token]);
    expect(simulator.control.remaining({ source: '127.0.0.1' })).toBe(76);
  });

  test('has no fault that is not tested here or beside the captures', () => {
    const rows = [...MANIFEST_ROWS, ...TOKEN_ROWS].map(([fault]) => fault);
    const alone = ['changing-source', 'changing-egress', 'dropped-to-anonymous', 'access-token-only'];
    const tested = [...rows, ...alone, 'huge-token', 'reset', 'hang', 'slow', 'abuse-bare-lf'];
    expect(FAULT_NAMES.filter((name) => !tested.includes(name))).toEqual([]);
  });
});
