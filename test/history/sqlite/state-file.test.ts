import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createStateFile } from '../../../src/history/sqlite/state-file.ts';
import { createLogRecorder } from '../../domain/log-recorder.ts';
import { START_AT } from '../fixtures.ts';
import { alertDocument, changes, fired } from './alerts.ts';
import { createFixture, DAY_MS, left, temporaryFolder } from './sqlite-fixture.ts';

/** A state file that is closed when the test has finished. */
function stateFile(path: string, makesFolder = false) {
  const { log, lines } = createLogRecorder();
  const clock = { now: () => START_AT, monotonicMs: () => START_AT };
  const every = () => () => undefined;
  const file = createStateFile({ path, makesFolder, retentionMs: DAY_MS, clock, log, every });
  onTestFinished(() => file.close());
  return { file, lines };
}

describe('createStateFile()', () => {
  test('keeps alerts and notes over a restart', () => {
    const path = join(temporaryFolder(), 'data', 'headroom.db');
    const { file } = stateFile(path, true);
    file.open();
    file.alertStore.commit(changes({ put: [alertDocument('a', 1)], events: [fired(START_AT)] }));
    file.keyValues.write('labels', [['cluster', 'north']]);
    file.close();

    const { file: next, lines } = stateFile(path);
    next.open();

    expect(next.alertStore.load()).toEqual([alertDocument('a', 1)]);
    expect(next.alertStore.events(0, START_AT + 1, 10)).toEqual([fired(START_AT)]);
    expect([next.keyValues.read('labels'), next.keyValues.read('other')]).toEqual([
      [['cluster', 'north']],
      undefined,
    ]);
    expect(lines).toEqual([]);
  });

  test('goes on with the alerts of a history with results', () => {
    const fixture = createFixture();
    fixture.record(left(76));
    fixture.history().alertStore.commit(changes({ put: [alertDocument('a', 1)] }));
    fixture.history().close();
    const { file } = stateFile(fixture.path);

    file.open();

    expect(file.alertStore.load()).toEqual([alertDocument('a', 1)]);
  });

  test('keeps alerts and notes in memory while the file cannot be opened, and warns once', () => {
    const path = join(temporaryFolder(), 'headroom.db');
    mkdirSync(path);
    const { file, lines } = stateFile(path);

    file.open();

    expect(lines).toMatchObject([
      {
        level: 'warn',
        message: 'The history cannot be written; results and alerts are kept in memory until it can',
        fields: { path, problem: `The history file is a folder: ${path}. Give another history.path` },
      },
    ]);
    expect(file.problem()).toContain('is a folder');
    file.alertStore.commit(changes({ put: [alertDocument('a', 1)], events: [fired(START_AT)] }));
    expect(file.alertStore.load()).toEqual([alertDocument('a', 1)]);
    expect(file.alertStore.events(0, START_AT + 1, 10)).toEqual([fired(START_AT)]);
    file.keyValues.write('labels', 1);
    expect(file.keyValues.read('labels')).toBe(1);
    expect(file.keyValues.read('other')).toBeUndefined();
    expect(lines).toHaveLength(1);
    expect(existsSync(join(path, 'headroom.db'))).toBe(false);
  });
});
