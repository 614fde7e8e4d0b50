import { describe, expect, test } from 'vitest';
import { useSimulator } from './controlled.ts';

const controlled = useSimulator();

describe('headroom simulate limit', () => {
  const OWN = '100 pulls for an address, 200 for a personal account, in 1h (sliding), counted per-get';

  test('shows, changes and resets the limits', async () => {
    expect(await controlled.said('limit')).toBe(OWN);
    expect(await controlled.said('limit', '10', '--window=6h', '--window-kind=fixed')).toBe(
      '10 pulls for an address, 200 for a personal account, in 6h (fixed), counted per-get',
    );
    expect(await controlled.said('limit', '--reset', '--counting=two-gets', '--personal-limit=5')).toBe(
      '100 pulls for an address, 5 for a personal account, in 1h (sliding), counted two-gets',
    );
    expect(await controlled.said('limit', '--reset')).toBe(OWN);
  });
});
