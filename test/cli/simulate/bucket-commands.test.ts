import { describe, expect, test } from 'vitest';
import { problemsOf } from '../run-program.ts';
import { useSimulator } from './controlled.ts';

const controlled = useSimulator();

describe('headroom simulate bucket', () => {
  test('shows, limits and fills one', async () => {
    controlled.simulator.control.spend({ account: 'ci', pulls: 3 });

    expect(await controlled.output('bucket', '--account=ci')).toBe('ci has 197 of 200 pulls left in 1h');
    expect(await controlled.output('bucket', '--account=ci', '--limit=10', '--window=90s')).toBe(
      'ci has 7 of 10 pulls left in 1m30s',
    );
    expect(await controlled.output('bucket', '--account=ci', '--refill')).toBe(
      'ci has 10 of 10 pulls left in 1m30s',
    );
    expect(await controlled.output('bucket')).toBe('127.0.0.1 has 100 of 100 pulls left in 1h');
  });
});

describe('headroom simulate spend', () => {
  test.each<[argv: string[], text: string]>([
    [['20'], '127.0.0.1 has 80 of 100 pulls left in 1h'],
    [['20', '--source', '2001:db8::7'], '2001:db8::7 has 80 of 100 pulls left in 1h'],
    [['250', '--account=ci'], 'ci has 0 of 200 pulls left in 1h'],
    [['0'], '127.0.0.1 has 100 of 100 pulls left in 1h'],
  ])('spends %j', async (argv, text) => {
    expect(await controlled.output('spend', ...argv)).toBe(text);
  });

  test('states which account is not metered', async () => {
    controlled.simulator.control.addAccount({ name: 'acme', password: 'x', plan: 'paid' });

    expect(await controlled.output('spend', '5', '--account=acme')).toBe('acme is not metered');
  });

  test('fails for an account that does not exist', async () => {
    expect(await controlled.control('spend', '5', '--account=nobody')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'There is no such account: "nobody" (there are: ci)\n',
    });
  });

  test('requires the number and the account', async () => {
    expect(await problemsOf(['simulate', 'spend', '--account=ci', '--source=127.0.0.1'])).toEqual([
      '--source: Either --account or --source, not both',
      'PULLS: Missing. Allowed: a whole number from 0 to 1000000000',
    ]);
  });
});

describe('headroom simulate limit', () => {
  const OWN = '100 pulls for an address, 200 for a personal account, in 1h (sliding), counted per-get';

  test('shows, changes and resets the limits', async () => {
    expect(await controlled.output('limit')).toBe(OWN);
    expect(await controlled.output('limit', '10', '--window=6h', '--window-kind=fixed')).toBe(
      '10 pulls for an address, 200 for a personal account, in 6h (fixed), counted per-get',
    );
    expect(await controlled.output('limit', '--reset', '--counting=two-gets', '--personal-limit=5')).toBe(
      '100 pulls for an address, 5 for a personal account, in 1h (sliding), counted two-gets',
    );
    expect(await controlled.output('limit', '--reset')).toBe(OWN);
  });
});
