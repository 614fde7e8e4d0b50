import { execFileSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { packTar, storeAsGzip } from '../../../src/simulator/images/archive.ts';
import { describeWithProgram } from '../../requires-program.ts';

describe('packTar()', () => {
  test('fills blocks of 512 bytes and ends with two empty ones', () => {
    const archive = packTar([{ path: 'file', text: 'x'.repeat(513) }]);
    expect(archive.length).toBe((1 + 2 + 2) * 512);
    expect(archive.subarray(-1024).every((byte) => byte === 0)).toBe(true);
  });

  test('rejects a path that does not fit its field', () => {
    expect(() => packTar([{ path: 'ä'.repeat(51), text: '' }])).toThrow(
      new RangeError(`Path is longer than 100 bytes: ${'ä'.repeat(51)}`),
    );
  });
});

describeWithProgram('tar', 'packTar() and GNU tar', () => {
  const archive = packTar([
    { path: 'etc/os-release', text: 'ID=test\n' },
    { path: 'usr/bin/tool', text: '#!/bin/sh\n', mode: 0o755 },
    { path: 'etc/empty', text: '' },
  ]);

  function tar(...options: string[]): string {
    return execFileSync('tar', options, {
      input: archive,
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC' },
    });
  }

  test('folders come before their files, everything owned by root and dated 1970', () => {
    const lines = tar('--list', '--verbose', '--numeric-owner').trimEnd().split('\n');
    expect(lines.map((line) => line.replace(/\s+/g, ' '))).toEqual([
      'drwxr-xr-x 0/0 0 1970-01-01 00:00 etc/',
      'drwxr-xr-x 0/0 0 1970-01-01 00:00 usr/',
      'drwxr-xr-x 0/0 0 1970-01-01 00:00 usr/bin/',
      '-rw-r--r-- 0/0 8 1970-01-01 00:00 etc/os-release',
      '-rwxr-xr-x 0/0 10 1970-01-01 00:00 usr/bin/tool',
      '-rw-r--r-- 0/0 0 1970-01-01 00:00 etc/empty',
    ]);
  });

  test('files come out as they went in', () => {
    expect(tar('--extract', '--to-stdout', 'usr/bin/tool')).toBe('#!/bin/sh\n');
  });
});

describe('storeAsGzip()', () => {
  test.each([
    { size: 0, blocks: 1 },
    { size: 1, blocks: 1 },
    { size: 65_535, blocks: 1 },
    { size: 65_536, blocks: 2 },
    { size: 200_000, blocks: 4 },
  ])('wraps $size bytes in $blocks blocks that gunzip reads', ({ size, blocks }) => {
    const bytes = Buffer.from(Array.from({ length: size }, (_, at) => at % 251));
    const file = storeAsGzip(bytes);
    expect(gunzipSync(file).equals(bytes)).toBe(true);
    expect(file.length).toBe(10 + blocks * 5 + size + 8);
  });

  test('is the same on every machine', () => {
    expect(storeAsGzip(Buffer.from('a')).toString('hex')).toBe(
      '1f8b08000000000000ff' + '010100feff' + '61' + '43beb7e8' + '01000000',
    );
  });
});
