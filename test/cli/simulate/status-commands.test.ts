import { beforeEach, describe, expect, test } from 'vitest';
import { useSimulator } from './controlled.ts';

const controlled = useSimulator();

describe('headroom simulate status', () => {
  test('shows everything at a glance', async () => {
    controlled.simulator.control.spend({ account: 'ci', pulls: 7 });
    controlled.simulator.control.setFault('hang', { times: 2 });

    expect((await controlled.output('status')).split('\n')).toEqual([
      'profile  2026',
      'limits   100 pulls for an address, 200 for a personal account, in 1h (sliding), counted per-get',
      'fault    hang (2 times)',
      'bucket   127.0.0.1 has 100 of 100 pulls left in 1h',
      'bucket   ci has 193 of 200 pulls left in 1h',
    ]);
  });

  test('is the same as JSON', async () => {
    expect(JSON.parse(await controlled.output('status', '--output=json'))).toMatchObject({
      profile: '2026',
      faults: [],
      buckets: [
        { source: '127.0.0.1', remaining: 100 },
        { account: 'ci', remaining: 200 },
      ],
    });
  });
});

describe('headroom simulate ledger', () => {
  beforeEach(async () => {
    await fetch(new URL('/v2/', controlled.simulator.url), { headers: { 'user-agent': 'curl/8' } });
  });

  test('shows the requests, as a table', async () => {
    expect((await controlled.output('ledger')).split('\n')).toEqual([
      'AT                        SOURCE     METHOD  STATUS  PULLS  PATH  USER AGENT',
      '2026-07-15T14:24:11.185Z  127.0.0.1  GET     401     0      /v2/  curl/8',
      '1 request, 0 pulls',
    ]);
  });

  test('shows it as JSON, just as control answers it', async () => {
    expect(JSON.parse(await controlled.output('ledger', '--output=json'))).toEqual([
      {
        at: '2026-07-15T14:24:11.185Z',
        method: 'GET',
        path: '/v2/',
        source: '127.0.0.1',
        userAgent: 'curl/8',
        status: 401,
        pulls: 0,
      },
    ]);
  });

  test('is emptied by --clear', async () => {
    expect(await controlled.output('ledger', '--clear')).toBe('Cleared 1 request');
    expect(await controlled.output('ledger')).toBe('No requests');
  });
});
