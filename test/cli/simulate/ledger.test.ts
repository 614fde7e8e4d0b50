import { beforeEach, describe, expect, test } from 'vitest';
import { useSimulator } from './controlled.ts';

const controlled = useSimulator();

describe('headroom simulate ledger', () => {
  beforeEach(async () => {
    await fetch(new URL('/v2/', controlled.simulator.url), { headers: { 'user-agent': 'curl/8' } });
  });

  test('shows what was asked, as a table', async () => {
    expect((await controlled.said('ledger')).split('\n')).toEqual([
      'AT                        SOURCE     METHOD  STATUS  PULLS  PATH  USER AGENT',
      '2026-07-15T14:24:11.185Z  127.0.0.1  GET     401     0      /v2/  curl/8',
      '1 request, 0 pulls',
    ]);
  });

  test('shows it as JSON, just as control answers it', async () => {
    expect(JSON.parse(await controlled.said('ledger', '--output=json'))).toEqual([
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
    expect(await controlled.said('ledger', '--clear')).toBe('Cleared 1 request');
    expect(await controlled.said('ledger')).toBe('Nothing was asked');
  });
});
