import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHoldKeyValues } from '../../src/hub/hold-key-values.ts';
import { temporaryFolder } from '../end-to-end/temporary-folder.ts';
import { manualClock } from './fixtures.ts';

const MINUTE_MS = 60_000;

function holdStore(keyPath = join(temporaryFolder().path, 'headroom.db.key')) {
  const clock = manualClock();
  const values = new Map<string, unknown>();
  const problems: unknown[] = [];
  const keyValues = {
    read: (key: string): unknown => values.get(key),
    write: (key: string, value: unknown) => void values.set(key, JSON.parse(JSON.stringify(value))),
  };
  const open = () =>
    createHoldKeyValues({ values: keyValues, keyPath, clock, onProblem: (error) => problems.push(error) });
  return { clock, values, problems, keyPath, open };
}

describe('createHoldKeyValues()', () => {
  test('returns a rejection after a restart, and stores nothing of the login', async () => {
    const { open, clock, values, keyPath } = holdStore();
    await open().put('user:secret', { reason: 'unauthorized', heldAt: clock.now() });

    expect(await open().find('user:secret')).toEqual({ reason: 'unauthorized', heldAt: clock.now() });
    expect(await open().find('user:other')).toBeUndefined();
    expect(statSync(keyPath).mode & 0o777).toBe(0o600);
    const written = JSON.stringify([...values]) + readFileSync(keyPath, 'utf8');
    expect(written).not.toMatch(/user|secret/);
  });

  test('removes expired holds with the next write', async () => {
    const { open, clock, values } = holdStore();
    await open().put('old', { reason: 'login', heldAt: clock.now() });
    await open().put('future', { reason: 'login', heldAt: clock.now() + 60 * MINUTE_MS });
    clock.advance(10 * MINUTE_MS);
    await open().put('new', { reason: 'login', heldAt: clock.now() });

    expect(Object.keys(values.get('rejected_logins') as object)).toHaveLength(1);
  });

  // the stored value
  test.each([[[1, 2]], ['text'], [null], [{ digest: { reason: 'other', heldAt: 1 } }], [{ digest: null }]])(
    'treats %j as empty',
    async (value) => {
      const { open, clock, values } = holdStore();
      values.set('rejected_logins', value);

      expect(await open().find('login')).toBeUndefined();
      await open().put('login', { reason: 'login', heldAt: clock.now() });
      expect(await open().find('login')).toMatchObject({ reason: 'login' });
    },
  );

  test('reports once that the key cannot be stored, and stores nothing', async () => {
    const { open, clock, problems } = holdStore('/nonexistent/headroom.db.key');
    const store = open();
    for (let i = 0; i < 2; i += 1) await store.put('login', { reason: 'login', heldAt: clock.now() });

    expect(await store.find('login')).toBeUndefined();
    expect(problems).toHaveLength(1);
  });
});
