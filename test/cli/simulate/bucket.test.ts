import { describe, expect, test } from 'vitest';
import { useSimulator } from './controlled.ts';

const controlled = useSimulator();

describe('headroom simulate bucket', () => {
  test('shows, limits and fills one', async () => {
    controlled.simulator.control.spend({ account: 'ci', pulls: 3 });

    expect(await controlled.said('bucket', '--account=ci')).toBe('ci has 197 of 200 pulls left in 1h');
    expect(await controlled.said('bucket', '--account=ci', '--limit=10', '--window=90s')).toBe(
      'ci has 7 of 10 pulls left in 1m30s',
    );
    expect(await controlled.said('bucket', '--account=ci', '--refill')).toBe(
      'ci has 10 of 10 pulls left in 1m30s',
    );
    expect(await controlled.said('bucket')).toBe('127.0.0.1 has 100 of 100 pulls left in 1h');
  });
});
