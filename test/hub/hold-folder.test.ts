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

/** Creates a folder and stores in it, as several processes of one user would. */
function holdFolder(path = join(temporaryFolder().path, 'cache', 'headroom')) {
  const clock = manualClock();
  const problems: string[] = [];
  const open = (own = path) =>
    createHoldFolder({
      path: own,
      clock,
      timers: systemTimers,
      onProblem: (reason) => problems.push(reason),
    });
  const entries = () => readdirSync(path).filter((name) => name.startsWith('login-'));
  return { path, clock, problems, open, entries };
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
  test('shares a stored hold with other processes', async () => {
    const { open, clock } = holdFolder();
    await open().put('login', { reason: 'unauthorized', heldAt: clock.now() });

    expect(await open().find('login')).toEqual({ reason: 'unauthorized', heldAt: clock.now() });
    expect(await open().find('another login')).toBeUndefined();
  });

  test('writes files that only this user can read, without the login', async () => {
    const { open, clock, path, entries } = holdFolder();
    await open().put('user:secret', { reason: 'login', heldAt: clock.now() });

    const [name = ''] = entries();
    const modes = [path, join(path, 'key'), join(path, name)].map((one) => statSync(one).mode & 0o777);
    expect(modes).toEqual([0o700, 0o600, 0o600]);
    expect(readFileSync(join(path, name), 'utf8')).toBe(
      '{"state":"rejected","reason":"login","at":"2026-11-23T21:00:00.000Z"}\n',
    );
  });

  test('names the file of a login differently in every folder', async () => {
    const [one, other] = [holdFolder(), holdFolder()];
    for (const { open, clock } of [one, other]) {
      await open().put('login', { reason: 'login', heldAt: clock.now() });
    }

    expect(one.entries()).not.toEqual(other.entries());
  });

  test('removes files older than 10 minutes, and those from the future', async () => {
    const { open, clock, entries } = holdFolder();
    await open().put('old', { reason: 'login', heldAt: clock.now() });
    await open().put('future', { reason: 'login', heldAt: clock.now() + 60 * MINUTE_MS });
    clock.advance(10 * MINUTE_MS);
    await open().put('new', { reason: 'login', heldAt: clock.now() });

    expect(entries()).toHaveLength(1);
  });

  test('makes one process wait for the claim of another', async () => {
    const { open } = holdFolder();
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

  test('lets all processes send an accepted login', async () => {
    const { open, entries } = holdFolder();
    await (await open().claim('login', NEVER))(true);

    // Each claim is made before the earlier ones are released.
    for (let i = 0; i < 3; i += 1) await open().claim('login', NEVER);

    expect(entries()).toHaveLength(1);
  });

  test('keeps a rejection when the claim is released', async () => {
    const { open, clock } = holdFolder();
    const store = open();
    const release = await store.claim('login', NEVER);
    await store.put('login', { reason: 'unauthorized', heldAt: clock.now() });
    await release(false);

    expect(await open().find('login')).toMatchObject({ reason: 'unauthorized' });
  });

  // why the claim of another process does not count
  test.each<[string, (text: string) => string]>([
    ['its process has ended', (text) => text.replace(/"pid":\d+/, '"pid":999999999')],
    ['it is older than 10 seconds', (text) => text.replace('21:00:00', '20:59:50')],
    ['it is from the future', (text) => text.replace('21:00:00', '21:30:00')],
    ['it is empty', () => ''],
    ['it is not JSON', () => '{"state":"try'],
    ['it is JSON of another shape', () => '[1]'],
  ])('takes a claim over when %s', async (_, change) => {
    const { open, path, entries } = holdFolder();
    await open().claim('login', NEVER);
    const file = join(path, entries()[0] ?? '');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, change(text));

    const release = await open().claim('login', NEVER);

    expect(readFileSync(file, 'utf8')).not.toBe(text);
    await release(false);
    expect(entries()).toEqual([]);
  });

  test('stops waiting when the signal aborts', async () => {
    const { open } = holdFolder();
    await open().claim('login', NEVER);
    const giveUp = new AbortController();
    const waiting = open().claim('login', giveUp.signal);
    giveUp.abort(new Error('time is over'));

    await expect(waiting).rejects.toThrow('time is over');
  });

  test('gives the claim to one of twenty processes that start at the same time', async () => {
    const { open, clock } = holdFolder();
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

describe('createHoldFolder() with a folder or file that is not trusted', () => {
  async function attempt({ open, clock }: ReturnType<typeof holdFolder>) {
    const store = open();
    const release = await store.claim('login', NEVER);
    const before = await store.find('login');
    await store.put('login', { reason: 'unauthorized', heldAt: clock.now() });
    await release(false);
    return { before, after: await open().find('login') };
  }

  // the problem | its cause | the report
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
  ])('stores nothing and reports once that %s', async (_, spoil, problem) => {
    const parent = temporaryFolder().path;
    const folder = holdFolder(join(parent, 'headroom'));
    spoil(folder.path);

    const { before, after } = await attempt(folder);

    expect([before, after]).toEqual([undefined, undefined]);
    expect(folder.problems[0]).toMatch(problem);
    expect(new Set(folder.problems).size).toBe(1);
  });

  test('reports a missing folder only when there is a rejection to store', async () => {
    const problems: string[] = [];
    const clock = manualClock();
    const store = createHoldFolder({
      path: undefined,
      clock,
      timers: systemTimers,
      onProblem: (reason) => problems.push(reason),
    });
    await (await store.claim('login', NEVER))(true);
    const before = [...problems];
    await store.put('login', { reason: 'login', heldAt: clock.now() });
    await store.put('login', { reason: 'login', heldAt: clock.now() });

    expect([before, problems]).toEqual([[], ['neither XDG_CACHE_HOME nor HOME names a folder']]);
  });

  test.skipIf(isRoot)('works without a folder that cannot be written', async () => {
    const parent = temporaryFolder().path;
    chmodSync(parent, 0o500);
    const folder = holdFolder(join(parent, 'headroom'));

    const { after } = await attempt(folder);

    chmodSync(parent, 0o700);
    expect(after).toBeUndefined();
    expect(folder.problems[0]).toMatch(/EACCES/);
  });

  // what occupies the path of an entry | how it is created
  test.each<[string, (file: string) => void]>([
    ['a damaged file', (file) => writeFileSync(file, 'garbage', { mode: 0o600 })],
    ['a file of a megabyte', (file) => writeFileSync(file, ' '.repeat(1_048_576), { mode: 0o600 })],
    ['a symbolic link', (file) => symlinkSync('/dev/zero', file)],
    ['a folder', (file) => mkdirSync(file)],
  ])('warns of %s in holdFolder of an entry, and replaces it', async (_, put) => {
    const folder = holdFolder();
    await folder.open().put('login', { reason: 'login', heldAt: folder.clock.now() - 11 * MINUTE_MS });
    await folder.open().put('probe', { reason: 'login', heldAt: folder.clock.now() - 11 * MINUTE_MS });
    // A claim shows the name of the file, which is removed on release.
    const release = await folder.open().claim('login', NEVER);
    const [name = ''] = folder.entries();
    await release(false);
    put(join(folder.path, name));

    const { before, after } = await attempt(folder);

    expect(before).toBeUndefined();
    expect(after).toMatchObject({ reason: 'unauthorized' });
    expect(folder.problems).toHaveLength(1);
  });
});
