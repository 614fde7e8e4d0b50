import { describe, expect, test } from 'vitest';
import { planForPrograms } from './requires-program.ts';

describe('planForPrograms()', () => {
  test('runs when everything is there', () => {
    expect(planForPrograms([], { PATH: '', CI: 'true' })).toEqual({ kind: 'run' });
  });

  test.each([
    { ci: undefined, kind: 'skip' },
    { ci: 'false', kind: 'skip' },
    { ci: 'true', kind: 'fail' },
  ])('says $kind with CI=$ci when a program is missing', ({ ci, kind }) => {
    const plan = planForPrograms(['headroom-nothing'], { PATH: '', CI: ci });
    expect(plan).toEqual({
      kind,
      reason: 'Not installed: headroom-nothing; install the Debian package headroom-nothing',
    });
  });
});
