import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { UsageRow } from '../../src/domain/spending/usage-row.ts';
import type { UsageStore, UsageSum } from '../../src/domain/spending/usage-store.ts';
import { createMemoryKeyValueStore } from '../../src/history/history.ts';
import { createUsageFolder } from '../../src/spending/usage-folder.ts';
import { createLogRecorder } from '../domain/log-recorder.ts';
import { USAGE_HEADER, usageLine } from '../domain/spending/usage-rows.ts';
import { createFixture, DAY_MS } from '../history/sqlite/sqlite-fixture.ts';

/** A watched folder with a history file. Two passes read what has arrived. */
async function createWatch({ maskAddresses = false } = {}) {
  const path = mkdtempSync(join(tmpdir(), 'headroom-usage-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const fixture = createFixture({ startAt: Date.UTC(2026, 10, 30), retentionMs: 90 * DAY_MS });
  const { log, lines } = createLogRecorder();
  const notes = createMemoryKeyValueStore();
  const batches: (readonly UsageRow[])[] = [];
  let canWrite = true;
  let imports = 0;
  function open() {
    const folder = createUsageFolder({
      store: {
        add(rows) {
          batches.push(rows);
          return canWrite && fixture.history().usage.add(rows);
        },
      },
      notes,
      onImport: () => {
        imports += 1;
      },
      every: () => () => undefined,
      log,
    });
    folder.apply({ path, maskAddresses });
    return folder;
  }
  let folder = open();
  // The pass that begins at once sees an empty folder.
  await folder.scan();
  return {
    path,
    lines,
    batches,
    write: (name: string, rows: readonly string[], header = USAGE_HEADER) =>
      writeFileSync(join(path, name), [header, ...rows, ''].join('\n')),
    append: (name: string, row: string) => appendFileSync(join(path, name), `${row}\n`),
    async pass(times = 2) {
      for (let i = 0; i < times; i += 1) await folder.scan();
    },
    restart() {
      folder = open();
    },
    apply: (settings: Parameters<typeof folder.apply>[0]) => folder.apply(settings),
    refuse(isRefusing: boolean) {
      canWrite = !isRefusing;
    },
    imports: () => imports,
    pulls: () => sumsOf(fixture.history().usage).reduce((sum, { pulls }) => sum + pulls, 0),
    addresses: () => sumsOf(fixture.history().usage).flatMap(({ addresses }) => addresses),
  };
}

function sumsOf(store: UsageStore): readonly UsageSum[] {
  // Without a thread every answer is there at once.
  return (store.hours() as readonly number[]).flatMap((at) => store.sums(at) as readonly UsageSum[]);
}

describe('createUsageFolder()', () => {
  test('reads a file once it is no longer written, and not again', async () => {
    const watch = await createWatch();
    await watch.pass(1);
    watch.write('a.csv', [usageLine({ pulls: 3 })]);
    await watch.pass(1);
    expect(watch.pulls()).toBe(0);
    watch.append('a.csv', usageLine({ pulls: 4, tag: 'b' }));
    await watch.pass(1);
    expect(watch.pulls()).toBe(0);
    await watch.pass(3);
    expect({ pulls: watch.pulls(), imports: watch.imports() }).toEqual({ pulls: 7, imports: 1 });
  });

  test('counts no row twice when a file grows, is replaced, is renamed, or repeats rows', async () => {
    const watch = await createWatch();
    const [first, second, third] = ['a', 'b', 'c'].map((tag, i) => usageLine({ tag, pulls: i + 1 }));
    watch.write('a.csv', [first, second, second, first] as string[]);
    await watch.pass();
    expect(watch.pulls()).toBe(3);
    watch.append('a.csv', third as string);
    await watch.pass();
    expect(watch.pulls()).toBe(6);
    watch.write('a.csv', [third, usageLine({ tag: 'd', pulls: 10 })] as string[]);
    await watch.pass();
    expect(watch.pulls()).toBe(16);
    renameSync(join(watch.path, 'a.csv'), join(watch.path, 'b.csv'));
    watch.write('c.csv', [first, second, third] as string[]);
    await watch.pass();
    expect(watch.pulls()).toBe(16);
  });

  test('counts a report that was split in the middle of an hour', async () => {
    const watch = await createWatch();
    watch.write('part-1.csv', [usageLine({ tag: 'a', pulls: 5 })]);
    watch.write('part-2.csv', [usageLine({ tag: 'b', pulls: 6 })]);
    await watch.pass();
    expect(watch.pulls()).toBe(11);
  });

  test('an hour that is reported again with larger numbers counts with the larger numbers', async () => {
    const watch = await createWatch();
    watch.write('complete.csv', [usageLine({ pulls: 9 })]);
    watch.write('early.csv', [usageLine({ pulls: 4 })]);
    await watch.pass();
    expect(watch.pulls()).toBe(9);
  });

  test('reads nothing again after a restart', async () => {
    const watch = await createWatch();
    watch.write('a.csv', [usageLine({ pulls: 3 })]);
    await watch.pass();
    watch.restart();
    await watch.pass();
    expect({ pulls: watch.pulls(), batches: watch.batches.length }).toEqual({ pulls: 3, batches: 1 });
  });

  test('a file of another kind, a folder and hidden files do not stop the others', async () => {
    const watch = await createWatch();
    mkdirSync(join(watch.path, 'folder.csv'));
    watch.write('.hidden.csv', [usageLine({ tag: 'hidden' })]);
    watch.write('notes.txt', [usageLine({ tag: 'text' })]);
    watch.write('history.csv', ['1,2'], 'at,remaining');
    watch.write('usage.CSV', [
      usageLine({ pulls: 3 }),
      usageLine({ pulls: '?' }),
      usageLine({ tag: 'b', pulls: 1 }),
    ]);
    await watch.pass(4);
    expect(watch.pulls()).toBe(4);
    const warnings = watch.lines.filter(({ level }) => level === 'warn');
    expect(warnings.map(({ message, fields }) => [message, fields?.reason ?? fields?.lines])).toEqual([
      ['A usage report cannot be read', expect.stringMatching(/lacks the columns datehour/)],
      ['Rows of a usage report cannot be read and were left out', '3'],
    ]);
  });

  test('masks addresses before they are stored, and reads files again when that is switched on', async () => {
    const watch = await createWatch();
    watch.write('a.csv', [usageLine({ ips: '[192.0.2.1, 192.0.2.9]' })]);
    await watch.pass();
    expect(watch.addresses()).toEqual(['192.0.2.1', '192.0.2.9']);
    watch.apply({ path: watch.path, maskAddresses: true });
    await watch.pass();
    expect({ addresses: watch.addresses(), pulls: watch.pulls() }).toEqual({
      addresses: ['192.0.2.0/24'],
      pulls: 1,
    });
  });

  test('reads a file again that could not be stored', async () => {
    const watch = await createWatch();
    watch.write('a.csv', [usageLine({ pulls: 3 })]);
    watch.refuse(true);
    await watch.pass();
    watch.refuse(false);
    await watch.pass();
    expect(watch.pulls()).toBe(3);
  });

  test('a missing folder is logged once, and used when it appears', async () => {
    const watch = await createWatch();
    rmSync(watch.path, { recursive: true });
    await watch.pass(3);
    expect(watch.lines.filter(({ message }) => /cannot be listed/.test(message))).toHaveLength(1);
    mkdirSync(watch.path);
    watch.write('a.csv', [usageLine({ pulls: 3 })]);
    await watch.pass();
    expect(watch.pulls()).toBe(3);
  });

  test('a long report is read in pieces, between which other work is done', async () => {
    const watch = await createWatch();
    const rows = Array.from({ length: 3_000 }, (_, i) => usageLine({ tag: `${i}` }));
    watch.write('a.csv', rows);
    utimesSync(join(watch.path, 'a.csv'), 1, 1);
    await watch.pass(1);
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    await watch.pass(1);
    clearInterval(timer);
    expect(watch.pulls()).toBe(3_000);
    expect(Math.max(...watch.batches.map(({ length }) => length))).toBeLessThan(1_500);
    expect(turns).toBeGreaterThan(0);
  });
});
