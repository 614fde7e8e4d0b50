import { describe, expect, test } from 'vitest';
import type { Login } from '../../src/domain/credential.ts';
import { credential, login } from './fixtures.ts';
import { startSimulatedHub } from './simulated-hub.ts';

const MINUTE_MS = 60_000;
const REJECTED = {
  kind: 'failed',
  reason: 'unauthorized',
  detail:
    'The token service answered 401: incorrect username or password; this login is not sent again before 2026-11-23T21:10:00.000Z',
};

function tokenRequests(requests: string[]): string[] {
  return requests.filter((request) => request.startsWith('token'));
}

describe('probe() with a rejected login', () => {
  test('sends it again after 10 minutes, and no request meanwhile', async () => {
    const { connect, control, clock, requests } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password: 'right' });
    const hub = connect();
    const ci = credential({ name: 'ci', readLogin: async () => login('acmeci', 'wrong') });

    const readings = [await hub.probe(ci)];
    const first = requests();
    clock.advance(10 * MINUTE_MS - 1);
    readings.push(await hub.probe(ci));
    const meanwhile = requests();
    clock.advance(1);
    await hub.probe(ci);

    expect(readings).toEqual([REJECTED, REJECTED]);
    expect(first).toEqual(['HEAD 401', 'token 401']);
    expect(meanwhile).toEqual([]);
    expect(requests()).toEqual(['token 401']);
  });

  test('sends a changed one at once', async () => {
    const { connect, control } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password: 'right' });
    const hub = connect();
    let password = 'wrong';
    const ci = credential({ name: 'ci', readLogin: async () => login('acmeci', password) });

    const before = await hub.probe(ci);
    password = 'right';
    const after = await hub.probe(ci);

    expect([before, after]).toMatchObject([{ reason: 'unauthorized' }, { kind: 'metered' }]);
  });

  test('does not send it for another credential either', async () => {
    const { connect, control, requests } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password: 'right' });
    const hub = connect();
    const readLogin = async () => login('acmeci', 'wrong');

    const readings = [
      await hub.probe(credential({ name: 'a', readLogin })),
      await hub.probe(credential({ name: 'b', readLogin })),
    ];

    expect(readings).toEqual([REJECTED, REJECTED]);
    expect(requests()).toEqual(['HEAD 401', 'token 401']);
  });

  test('sends it once for forty credentials that start at once', async () => {
    const { connect, control, requests } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password: 'right' });
    const hub = connect();
    const readLogin = async () => login('acmeci', 'wrong');
    const credentials = Array.from({ length: 40 }, (_, i) => credential({ name: `c${i}`, readLogin }));

    const readings = await Promise.all(credentials.map((ci) => hub.probe(ci)));

    expect(new Set(readings.map((reading) => JSON.stringify(reading)))).toEqual(
      new Set([JSON.stringify(REJECTED)]),
    );
    expect(tokenRequests(requests())).toEqual(['token 401']);
  });

  test('does not disturb other logins and the anonymous credential', async () => {
    const { connect, control } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password: 'right' });
    const hub = connect();

    const readings = await Promise.all([
      hub.probe(credential({ name: 'a', readLogin: async () => login('acmeci', 'wrong') })),
      hub.probe(credential({ name: 'b', readLogin: async () => login('acmeci', 'right') })),
      hub.probe(credential()),
    ]);

    expect(readings).toMatchObject([{ kind: 'failed' }, { kind: 'metered' }, { kind: 'metered' }]);
  });

  test('holds it back when a token has to be renewed', async () => {
    const { connect, control, clock, requests } = await startSimulatedHub();
    control.addAccount({ name: 'acmeci', password: 'old' });
    const hub = connect();
    const ci = credential({ name: 'ci', readLogin: async () => login('acmeci', 'old') });
    await hub.probe(ci);
    control.addAccount({ name: 'acmeci', password: 'new' });
    clock.advance(5 * MINUTE_MS);
    requests();

    const readings = [await hub.probe(ci), await hub.probe(ci)];

    expect(readings).toMatchObject([{ reason: 'unauthorized' }, { reason: 'unauthorized' }]);
    expect(requests()).toEqual(['token 401']);
  });
});

describe('probe() with a locked user name', () => {
  test('waits as long as Docker locks it, and reports the remaining time', async () => {
    const { connect, control, clock, requests } = await startSimulatedHub();
    control.setFault('login-locked');
    const hub = connect();
    const ci = credential({ name: 'ci', readLogin: async (): Promise<Login> => login('acmeci', 'right') });

    const readings = [await hub.probe(ci)];
    clock.advance(4 * MINUTE_MS);
    readings.push(await hub.probe(ci));

    expect(readings).toEqual([
      { kind: 'blocked', reason: 'login', retryAfterSeconds: 600 },
      { kind: 'blocked', reason: 'login', retryAfterSeconds: 360 },
    ]);
    expect(requests()).toEqual(['HEAD 401', 'token 429']);
  });
});
