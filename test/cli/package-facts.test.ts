import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBuildInfo } from '../../src/cli/package-facts.ts';

const PACKAGE = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'));

describe('readBuildInfo()', () => {
  test('reads the version of the package and of Node', () => {
    expect(readBuildInfo({})).toEqual({
      version: PACKAGE.version,
      revision: 'unknown',
      nodeVersion: process.versions.node,
    });
  });

  test.each([
    ['a revision', 'abc123', 'abc123'],
    ['an empty one', '', 'unknown'],
  ])('reads %s from the environment', (_what, HEADROOM_REVISION, revision) => {
    expect(readBuildInfo({ HEADROOM_REVISION })).toMatchObject({ revision });
  });
});
