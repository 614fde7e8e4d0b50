import { describe, expect, test } from 'vitest';
import { PROFILE_NAMES } from '../../../src/simulator/profile.ts';
import { problemsOf, run } from '../run-program.ts';
import { useSimulator } from './controlled.ts';

const controlled = useSimulator();

describe('headroom simulate profile', () => {
  test('shows and changes it, for everybody or for one', async () => {
    expect(await controlled.said('profile')).toBe('everybody  2026');
    expect(await controlled.said('profile', 'outage')).toBe('everybody  outage');
    await controlled.said('profile', 'abuse', '--account=ci');
    expect((await controlled.said('profile', 'paid', '--source=127.0.0.5')).split('\n')).toEqual([
      'everybody  outage',
      'ci         abuse',
      '127.0.0.5  paid',
    ]);
  });

  test('lists every profile in its help text', async () => {
    const { stdout } = await run(['simulate', 'profile', '--help']);

    expect([...stdout.matchAll(/^ {2}([\w-]+) {2,}\S/gm)].map(([, name]) => name)).toEqual(
      expect.arrayContaining([...PROFILE_NAMES]),
    );
  });

  test('refuses somebody without a profile', async () => {
    expect(await problemsOf(['simulate', 'profile', '--account=ci'])).toEqual([
      '--account: Only together with the name of a profile',
    ]);
  });
});
