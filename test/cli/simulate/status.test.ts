import { describe, expect, test } from 'vitest';
import { useSimulator } from './controlled.ts';

const controlled = useSimulator();

describe('headroom simulate status', () => {
  test('shows everything at a glance', async () => {
    controlled.simulator.control.spend({ account: 'ci', pulls: 7 });
    controlled.simulator.control.setFault('hang', { times: 2 });

    expect((await controlled.said('status')).split('\n')).toEqual([
      'profile  2026',
      'limits   100 pulls for an address, 200 for a personal account, in 1h (sliding), counted per-get',
      'fault    hang (2 times)',
      'bucket   127.0.0.1 has 100 of 100 pulls left in 1h',
      'bucket   ci has 193 of 200 pulls left in 1h',
    ]);
  });

  test('is the same as JSON', async () => {
    expect(JSON.parse(await controlled.said('status', '--output=json'))).toMatchObject({
      profile: '2026',
      faults: [],
      buckets: [
        { source: '127.0.0.1', remaining: 100 },
        { account: 'ci', remaining: 200 },
      ],
    });
  });
});
