import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram, planForPrograms } from './requires-program.ts';

describe('requires-program', () => {
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-programs-'));
    writeFileSync(join(folder, 'headroom-tool'), '');
    chmodSync(join(folder, 'headroom-tool'), 0o755);
    writeFileSync(join(folder, 'headroom-text'), '');
    chmodSync(join(folder, 'headroom-text'), 0o644);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('findProgram() finds what can be executed on the PATH', () => {
    const environment = { PATH: `/nonexistent:${folder}` };
    expect(findProgram('headroom-tool', environment)).toBe(join(folder, 'headroom-tool'));
  });

  test.each([
    { program: 'headroom-nothing', why: 'is not there' },
    { program: 'headroom-text', why: 'cannot be executed' },
  ])('findProgram() finds nothing where the program $why', ({ program }) => {
    expect(findProgram(program, { PATH: folder })).toBeUndefined();
  });

  test('planForPrograms() runs when everything is there', () => {
    expect(planForPrograms(['headroom-tool'], { PATH: folder, CI: 'true' })).toEqual({ kind: 'run' });
  });

  test.each([
    { ci: undefined, kind: 'skip' },
    { ci: 'false', kind: 'skip' },
    { ci: 'true', kind: 'fail' },
  ])('planForPrograms() says $kind with CI=$ci when one is missing', ({ ci, kind }) => {
    const plan = planForPrograms(['headroom-tool', 'headroom-nothing'], { PATH: folder, CI: ci });
    expect(plan).toEqual({
      kind,
      reason: 'Not installed: headroom-nothing; install the Debian package headroom-nothing',
    });
  });

  test('planForPrograms() names the package where it has another name', () => {
    expect(planForPrograms(['promtool'], { PATH: folder })).toEqual({
      kind: 'skip',
      reason: 'Not installed: promtool; install the Debian package prometheus',
    });
  });
});
