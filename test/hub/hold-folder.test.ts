import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cacheFolder, createHoldFolder } from '../../src/hub/hold-folder.ts';
import { systemTimers } from '../../src/kit/clock.ts';
import { temporaryFolder } from '../end-to-end/temporary-folder.ts';
import { manualClock } from './fixtures.ts';

const NEVER = new AbortController().signal;
const MINUTE_MS = 60_000;
const isRoot = process.getuid?.() === 0;

/** A folder, and stores as the processes of one user have them. */
function place(path = join(temporaryFolder().path, 'cache', 'headroom')) {
  const clock = manualClock();
  const troubles: string[] = [];
  const open = (own = path) =>
    createHoldFolder({
      path: own,
      clock,
      timers: systemTimers,
      onTrouble: (reason) => troubles.push(reason),
    });
  const entries = () => readdirSync(path).filter((name) => name.startsWith('login-'));
  return { path, clock, troubles, open, entries };
}

function madeFolder(path: string): string {
  mkdirSync(path, { mode: 0o700 });
  return path;
}

describe('cacheFolder()', () => {
  // the environment | the folder
  test.each([
    [{ XDG_CACHE_HOME: '/cache', HOME: '/home/ci' }, '/cache/headroom'],
    [{ XDG_CACHE_HOME: 'relative', HOME: '/home/ci' }, '/home/ci/.cache/headroom'],
    [{ XDG_CACHE_HOME: '', HOME: '/home/ci' }, '/home/ci/.cache/headroom'],
    [{ HOME: '' }, undefined],
    [{}, undefined],
  ])('of %j is %s', (env, expected) => {
    expect(cacheFolder(env)).toBe(expected);
  });
});

describe('createHoldFolder()', () => {
  test('gives another process what one has stored', async () => {
    const { open, clock } = place();
    await open().put('login', { reason: 'unauthorized', heldAt: clock.now() });

    expect(await open().find('login')).toEqual({ reason: 'unauthorized', heldAt: clock.now() });
    expect(await open().find('another login')).toBeUndefined();
  });

  test('writes files that only this user can read, without the login', async () => {
    const { open, clock, path, entries } = place();
    await open().put('user:secret', { reason: 'login', heldAt: clock.now() });

    const [name = ''] = entries();
    const modes = [path, join(path, 'key'), join(path, name)].map((one) => statSync(one).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    expect(readFileSync(join(path, name), 'utf8')).toBe(
      '{"state":"rejected","reason":"login","at":"2026-11-23T21:00:00.000Z"}\n',
    );
  });

  test('names the file of a login differently on every machine', async () => {
    const [one, other] = [place(), place()];
    for (const { open, clock } of [one, other]) {
      await open().put('login', { reason: 'login', heldAt: clock.now() });
    }

    expect(one.entries()).not.toEqual(other.entries());
  });

  test('removes files older than 10 minutes, and those from the future', async () => {
    const { open, clock, entries } = place();
    await open().put('old', { reason: 'login', heldAt: clock.now() });
    await open().put('future', { reason: 'login', heldAt: clock.now() + 60 * MINUTE_MS });
    clock.advance(10 * MINUTE_MS);
    await open().put('new', { reason: 'login', heldAt: clock.now() });

    expect(entries()).toHaveLength(1);
  });

  test('lets one process wait for the claim of another', async () => {
    const { open } = place();
    const order: string[] = [];
    const release = await open().claim('login', NEVER);
    const second = open()
      .claim('login', NEVER)
      .then((end) => {
        order.push('second');
        return end;
      });
    const other = await open().claim('other login', NEVER);
    order.push('other');
    await other(false);
    order.push('released');
    await release(false);
    await (await second)(false);

    expect(order).toEqual(['other', 'released', 'second']);
  });

  test('lets all processes send a login that was accepted', async () => {
    const { open, entries } = place();
    await (await open().claim('login', NEVER))(true);

    // None of them is released before the next.
    for (let i = 0; i < 3; i += 1) await open().claim('login', NEVER);

    expect(entries()).toHaveLength(1);
  });

  test('keeps a rejection when the claim is released', async () => {
    const { open, clock } = place();
    const store = open();
    const release = await store.claim('login', NEVER);
    await store.put('login', { reason: 'unauthorized', heldAt: clock.now() });
    await release(false);

    expect(await open().find('login')).toMatchObject({ reason: 'unauthorized' });
  });

  // what is wrong with the claim of another process
  test.each<[string, (text: string) => string]>([
    ['its process has ended', (text) => text.replace(/"pid":\d+/, '"pid":999999999')],
    ['it is older than 10 seconds', (text) => text.replace('21:00:00', '20:59:50')],
    ['it is from the future', (text) => text.replace('21:00:00', '21:30:00')],
    ['it is empty', () => ''],
    ['it is not JSON', () => '{"state":"try'],
    ['it is JSON of another shape', () => '[1]'],
  ])('takes a claim over when %s', async (_, change) => {
    const { open, path, entries } = place();
    await open().claim('login', NEVER);
    const file = join(path, entries()[0] ?? '');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, change(text));

    const release = await open().claim('login', NEVER);

    expect(readFileSync(file, 'utf8')).not.toBe(text);
    await release(false);
    expect(entries()).toEqual([]);
  });

  test('stops waiting when the signal says so', async () => {
    const { open } = place();
    await open().claim('login', NEVER);
    const giveUp = new AbortController();
    const waiting = open().claim('login', giveUp.signal);
    giveUp.abort(new Error('time is over'));

    await expect(waiting).rejects.toThrow('time is over');
  });

  test('gives one of twenty processes the claim when they start at once', async () => {
    const { open, clock } = place();
    let sends = 0;
    const attempt = async (): Promise<void> => {
      const store = open();
      const release = await store.claim('login', NEVER);
      if (!(await store.find('login'))) {
        sends += 1;
        await store.put('login', { reason: 'unauthorized', heldAt: clock.now() });
      }
      await release(false);
    };
    await Promise.all(Array.from({ length: 20 }, attempt));

    expect(sends).toBe(1);
  });
});

describe('createHoldFolder() with a folder or file that it cannot trust', () => {
  async function attempt({ open, clock }: ReturnType<typeof place>) {
    const store = open();
    const release = await store.claim('login', NEVER);
    const before = await store.find('login');
    await store.put('login', { reason: 'unauthorized', heldAt: clock.now() });
    await release(false);
    return { before, after: await open().find('login') };
  }

  // what is wrong | how | the trouble
  test.each<[string, (path: string) => void, RegExp]>([
    ['the folder is a symbolic link', (path) => symlinkSync('/tmp', path), /symbolic link/],
    ['the folder is a file', (path) => writeFileSync(path, ''), /not a folder/],
    ['others may write into the folder', (path) => chmodSync(madeFolder(path), 0o777), /mode 777/],
    [
      'the key is a symbolic link',
      (path) => symlinkSync('/etc/passwd', join(madeFolder(path), 'key')),
      /key is a symbolic link/,
    ],
    [
      'the key is open to the world',
      (path) => writeFileSync(join(madeFolder(path), 'key'), 'x', { mode: 0o644 }),
      /key is open to other users: mode 644/,
    ],
    [
      'the key is too large',
      (path) => writeFileSync(join(madeFolder(path), 'key'), 'x'.repeat(2_000), { mode: 0o600 }),
      /larger than 1024 bytes/,
    ],
  ])('stores nothing and says so once when %s', async (_, spoil, trouble) => {
    const parent = temporaryFolder().path;
    const scene = place(join(parent, 'headroom'));
    spoil(scene.path);

    const { before, after } = await attempt(scene);

    expect([before, after]).toEqual([undefined, undefined]);
    expect(scene.troubles[0]).toMatch(trouble);
    expect(new Set(scene.troubles).size).toBe(1);
  });

  test('says that there is no folder only when there is a rejection to store', async () => {
    const troubles: string[] = [];
    const clock = manualClock();
    const store = createHoldFolder({
      path: undefined,
      clock,
      timers: systemTimers,
      onTrouble: (reason) => troubles.push(reason),
    });
    await (await store.claim('login', NEVER))(true);
    const before = [...troubles];
    await store.put('login', { reason: 'login', heldAt: clock.now() });
    await store.put('login', { reason: 'login', heldAt: clock.now() });

    expect([before, troubles]).toEqual([[], ['neither XDG_CACHE_HOME nor HOME names a folder']]);
  });

  test.skipIf(isRoot)('works without a folder that cannot be written', async () => {
    const parent = temporaryFolder().path;
    chmodSync(parent, 0o500);
    const scene = place(join(parent, 'headroom'));

    const { after } = await attempt(scene);

    chmodSync(parent, 0o700);
    expect(after).toBeUndefined();
    expect(scene.troubles[0]).toMatch(/EACCES/);
  });

  // what stands in the way of an entry | how it is put there
  test.each<[string, (file: string) => void]>([
    ['a damaged file', (file) => writeFileSync(file, 'garbage', { mode: 0o600 })],
    ['a file of a megabyte', (file) => writeFileSync(file, ' '.repeat(1_048_576), { mode: 0o600 })],
    ['a symbolic link', (file) => symlinkSync('/dev/zero', file)],
    ['a folder', (file) => mkdirSync(file)],
  ])('warns of %s in place of an entry, and replaces it', async (_, put) => {
    const scene = place();
    await scene.open().put('login', { reason: 'login', heldAt: scene.clock.now() - 11 * MINUTE_MS });
    await scene.open().put('probe', { reason: 'login', heldAt: scene.clock.now() - 11 * MINUTE_MS });
    // The name is known from a claim, whose file is removed on release.
    const release = await scene.open().claim('login', NEVER);
    const [name = ''] = scene.entries();
    await release(false);
    put(join(scene.path, name));

    const { before, after } = await attempt(scene);

    expect(before).toBeUndefined();
    expect(after).toMatchObject({ reason: 'unauthorized' });
    expect(scene.troubles).toHaveLength(1);
  });
});
