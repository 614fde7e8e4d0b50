import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MINUTE_MS, START_AT } from '../fixtures.ts';
import { alertDocument, changes } from './alerts.ts';
import { createScene, DAY_MS, left, temporaryFolder } from './scene.ts';

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
  test('goes on from memory, and writes everything as soon as there is room', ({ skip }) => {
    const disk = tinyDisk();
    if (disk === undefined) return skip();
    const ballast = join(disk, 'ballast');
    const scene = createScene({ path: join(disk, 'headroom.db') });
    scene.record(left(99));
    scene.tick();
    spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=4k']);
    for (let minute = 0; minute < 200; minute += 1) {
      scene.pass(MINUTE_MS);
      scene.record(left(minute % 90));
      scene.history().alertStore.commit(changes({ put: [alertDocument('a', minute)] }));
      scene.tick();
    }
    expect(scene.lines).toMatchObject([
      {
        level: 'warn',
        message: 'The history cannot be written; results and alerts are kept in memory until it can',
      },
    ]);
    expect(scene.history().state('anonymous')?.polls).toBe(201);
    rmSync(ballast);
    scene.pass(MINUTE_MS);
    scene.tick();
    expect(scene.lines.slice(1)).toMatchObject([{ level: 'info', fields: { lost: 0 } }]);
    scene.restart();
    const query = { from: START_AT, to: START_AT + DAY_MS, step: 'raw' } as const;
    expect(scene.history().series('anonymous', query)?.points).toHaveLength(201);
    expect(scene.history().alertStore.load()).toEqual([alertDocument('a', 199)]);
  });

  test('that is full at the start goes on from memory, and writes everything as soon as there is room', ({
    skip,
  }) => {
    const disk = tinyDisk();
    if (disk === undefined) return skip();
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(512 * 1_024));
    const scene = createScene({ path: join(disk, 'headroom.db') });
    scene.record(left(99));
    scene.history().alertStore.commit(changes({ put: [alertDocument('a', 1)] }));
    expect(scene.history().problem()).toMatch(
      /^The disk of the history file is full: .*headroom\.db\. Free space on it/,
    );
    rmSync(join(disk, 'ballast'));
    scene.pass(10_000);
    scene.tick();
    expect(scene.history().problem()).toBeUndefined();
    expect(scene.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
    scene.restart();
    expect(scene.history().recentProbes('anonymous')?.newest).toHaveLength(1);
    expect(scene.history().alertStore.load()).toEqual([alertDocument('a', 1)]);
  });
});
