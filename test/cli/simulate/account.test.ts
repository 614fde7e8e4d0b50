import { describe, expect, test } from 'vitest';
import { problemsOf } from '../run-program.ts';
import { useSimulator } from './controlled.ts';

const controlled = useSimulator();

describe('headroom simulate account', () => {
  test('adds, shows and removes accounts, without their passwords', async () => {
    const table = await controlled.said('account', 'acme:hunter2:organization');
    const names = table.split('\n').map((line) => line.split(/ +/).slice(0, 2));

    expect(names).toEqual([
      ['ACCOUNT', 'PLAN'],
      ['ci', 'personal'],
      ['acme', 'organization'],
    ]);
    expect(table).not.toContain('hunter2');
    expect(await controlled.said('account', '--remove=ci')).not.toContain('personal');
    expect(await controlled.said('account', '--remove=acme')).toBe('There is no account');
  });

  test('refuses one that is not in order, without repeating it', async () => {
    const [problem] = await problemsOf(['simulate', 'account', 'Acme:hunter2']);

    expect(problem).toMatch(/^ACCOUNT: Not an account: <secret>\. Allowed: /);
  });
});
