import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MINUTE_MS, START_AT } from '../fixtures.ts';
import { alertDocument, changes } from './alerts.ts';
import { createFixture, DAY_MS, left, temporaryFolder } from './sqlite-fixture.ts';

/** A file system of half a megabyte; undefined where only the system's owner may make one. */
function tinyDisk(): string | undefined {
  const folder = join(temporaryFolder(), 'disk');
  mkdirSync(folder);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', folder]);
  if (status !== 0) return undefined;
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return folder;
}

describe('a history on a disk that fills up', () => {
  test('goes on from memory, and writes everything as soon as there is space', ({ skip }) => {
    const disk = tinyDisk();
    if (disk === undefined) return skip();
    const ballast = join(disk, 'ballast');
    const fixture = createFixture({ path: join(disk, 'headroom.db') });
    fixture.record(left(99));
    fixture.tick();
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4k']);
    for (let minute = 0; minute < 200; minute += 1) {
      fixture.pass(MINUTE_MS);
      fixture.record(left(minute % 90));
      fixture.history().alertStore.commit(changes({ put: [alertDocument('a', minute)] }));
      fixture.tick();
    }
    expect(fixture.lines).toMatchObject([
      {
        level: 'warn',
        message: 'The history cannot be written; results and alerts are kept in memory until it can',
      },
    ]);
    expect(fixture.history().state('anonymous')?.polls).toBe(201);
    rmSync(ballast);
    fixture.pass(MINUTE_MS);
    fixture.tick();
    expect(fixture.lines.slice(1)).toMatchObject([{ level: 'info', fields: { lost: 0 } }]);
    fixture.restart();
    const query = { from: START_AT, to: START_AT + DAY_MS, step: 'raw' } as const;
    expect(fixture.history().series('anonymous', query)?.points).toHaveLength(201);
    expect(fixture.history().alertStore.load()).toEqual([alertDocument('a', 199)]);
  });

  test('that is full at the start goes on from memory, and writes everything as soon as there is space', ({
    skip,
  }) => {
    const disk = tinyDisk();
    if (disk === undefined) return skip();
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(512 * 1_024));
    const fixture = createFixture({ path: join(disk, 'headroom.db') });
    fixture.record(left(99));
    fixture.history().alertStore.commit(changes({ put: [alertDocument('a', 1)] }));
    expect(fixture.history().problem()).toMatch(
      /^The disk of the history file is full: .*headroom\.db\. Free space on it/,
    );
    rmSync(join(disk, 'ballast'));
    fixture.pass(10_000);
    fixture.tick();
    expect(fixture.history().problem()).toBeUndefined();
    expect(fixture.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
    fixture.restart();
    expect(fixture.history().recentProbes('anonymous')?.newest).toHaveLength(1);
    expect(fixture.history().alertStore.load()).toEqual([alertDocument('a', 1)]);
  });
});
