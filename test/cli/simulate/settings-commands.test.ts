import { describe, expect, test } from 'vitest';
import { PROFILE_NAMES } from '../../../src/simulator/profile.ts';
import { problemsOf, run } from '../run-program.ts';
import { useSimulator } from './controlled.ts';

const controlled = useSimulator();

describe('headroom simulate profile', () => {
  test('shows and changes it, for all clients or for one', async () => {
    expect(await controlled.output('profile')).toBe('all clients  2026');
    expect(await controlled.output('profile', 'outage')).toBe('all clients  outage');
    await controlled.output('profile', 'abuse', '--account=ci');
    expect((await controlled.output('profile', 'paid', '--source=127.0.0.5')).split('\n')).toEqual([
      'all clients  outage',
      'ci           abuse',
      '127.0.0.5    paid',
    ]);
  });

  test('lists every profile in its help text', async () => {
    const { stdout } = await run(['simulate', 'profile', '--help']);

    expect([...stdout.matchAll(/^ {2}([\w-]+) {2,}\S/gm)].map(([, name]) => name)).toEqual(
      expect.arrayContaining([...PROFILE_NAMES]),
    );
  });

  test('refuses an account without a profile', async () => {
    expect(await problemsOf(['simulate', 'profile', '--account=ci'])).toEqual([
      '--account: Only together with the name of a profile',
    ]);
  });
});

describe('headroom simulate account', () => {
  test('adds, shows and removes accounts, without their passwords', async () => {
    const table = await controlled.output('account', 'acme:hunter2:organization');
    const names = table.split('\n').map((line) => line.split(/ +/).slice(0, 2));

    expect(names).toEqual([
      ['ACCOUNT', 'PLAN'],
      ['ci', 'personal'],
      ['acme', 'organization'],
    ]);
    expect(table).not.toContain('hunter2');
    expect(await controlled.output('account', '--remove=ci')).not.toContain('personal');
    expect(await controlled.output('account', '--remove=acme')).toBe('There is no account');
  });

  test('refuses one that is not in order, without repeating it', async () => {
    const [problem] = await problemsOf(['simulate', 'account', 'Acme:hunter2']);

    expect(problem).toMatch(/^ACCOUNT: Not an account: <secret>\. Allowed: /);
  });
});
