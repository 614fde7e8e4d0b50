import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram, missingPrograms } from './find-program.ts';

describe('find-program', () => {
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

  test.each([
    { programs: ['headroom-tool'], missing: undefined },
    {
      programs: ['headroom-tool', 'headroom-nothing'],
      missing: 'Not installed: headroom-nothing; install the Debian package headroom-nothing',
    },
    // The package has another name, and both are in it.
    {
      programs: ['promtool', 'prometheus'],
      missing: 'Not installed: promtool, prometheus; install the Debian package prometheus',
    },
    {
      programs: ['helm'],
      missing: 'Not installed: helm; .ci/tools.sh installs what Debian does not have',
    },
  ])('missingPrograms() of $programs says $missing', ({ programs, missing }) => {
    expect(missingPrograms(programs, { PATH: folder })).toBe(missing);
  });
});
