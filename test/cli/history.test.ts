import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { describe, expect, test } from 'vitest';
import { checkBackup } from '../../src/history/sqlite/backup.ts';
import { openSqlDatabase } from '../../src/history/sqlite/sql-database.ts';
import { eventually, runHeadroom } from '../end-to-end/headroom-process.ts';
import { temporaryFolder } from '../end-to-end/temporary-folder.ts';
import { startSimulatedHub } from '../hub/simulated-hub.ts';
import { freePort } from '../metrics/prometheus-server.ts';
import { problemsOf, run } from './run-program.ts';

/** How long a test may take on a busy machine, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** Starts Headroom in a process of its own, with a result in its history. */
async function startHeadroom(more: Record<string, string> = {}, args: readonly string[] = []) {
  const { simulator } = await startSimulatedHub();
  const folder = temporaryFolder().path;
  const env = {
    HEADROOM_LISTEN_ADDRESS: `127.0.0.1:${await freePort()}`,
    HEADROOM_HISTORY_PATH: join(folder, 'headroom.db'),
    HEADROOM_HUB_URL: simulator.url.origin,
    ...more,
  };
  const headroom = runHeadroom(args, env);
  const url = await headroom.url();
  await eventually(async () => {
    const response = await fetch(new URL('-/ready', url));
    if (response.status !== 200 && response.status !== 401) throw new Error('Not ready');
  });
  return { headroom, env, folder, url, target: join(folder, 'copy.db') };
}

describe('headroom history backup', { timeout: TIMEOUT_MS }, () => {
  test('copies the history of a running Headroom, which a second one can open', async () => {
    const { env, target, headroom } = await startHeadroom();
    const { exitCode, stdout, stderr } = await run(['history', 'backup', target], { env });

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(
      /copy\.db: \d+ bytes, 1 credentials, [1-9]\d* results, \d+ events, schema \d+; checked\n$/,
    );
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(existsSync(`${env.HEADROOM_HISTORY_PATH}.backup`)).toBe(false);
    expect(existsSync(`${target}-wal`)).toBe(false);
    // The running one goes on writing.
    expect(await (await headroom.get('metrics')).text()).toContain('dockerhub_exporter_history_writable 1\n');

    const second = runHeadroom([], {
      ...env,
      HEADROOM_LISTEN_ADDRESS: '127.0.0.1:0',
      HEADROOM_HISTORY_PATH: target,
    });
    expect(await (await second.get('metrics')).text()).toContain('dockerhub_exporter_history_writable 1\n');
  });

  test('copies what is only in the write-ahead log after a kill', async () => {
    const { env, target, headroom, url } = await startHeadroom();
    const path = env.HEADROOM_HISTORY_PATH;
    // A query writes the waiting results first.
    await eventually(async () => {
      const response = await fetch(new URL('api/v1/credentials/anonymous/history?step=raw', url));
      expect(((await response.json()) as { points: unknown[] }).points).not.toEqual([]);
    });
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
    headroom.child.kill('SIGKILL');
    await headroom.exited;

    const { exitCode, stdout } = await run(['history', 'backup', target, `--history.path=${path}`]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/1 credentials/);
    expect(checkBackup(target).credentials).toBe(1);
  });

  test('copies from --server behind basic auth, and names the flags without a login', async () => {
    const folder = temporaryFolder().path;
    const config = join(folder, 'web.yml');
    const password = join(folder, 'password');
    writeFileSync(config, `basic_auth_users: { ops: ${JSON.stringify(hashSync('correct horse', 4))} }\n`);
    writeFileSync(password, 'correct horse\n');
    const { target, url } = await startHeadroom({}, [`--web.config.file=${config}`]);

    const without = await run(['history', 'backup', target, `--server=${url.href}`]);
    expect(without).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('requires a login: --server.username'),
    });
    expect(existsSync(target)).toBe(false);

    const login = ['--server.username=ops', `--server.password-file=${password}`];
    const result = await run(['history', 'backup', target, `--server=${url.href}`, ...login]);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('does not change a file that exists', async () => {
    const target = join(temporaryFolder().path, 'copy.db');
    writeFileSync(target, 'mine');
    expect(await run(['history', 'backup', target])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `Cannot write ${target}: the file exists\n`,
    });
    expect(readFileSync(target, 'utf8')).toBe('mine');
  });

  // what is at the path of the history, the message
  test.each([
    ['nothing', () => undefined, 'There is no history file: '],
    [
      'another database',
      (path: string) => {
        const database = openSqlDatabase(path);
        database.exec('CREATE TABLE other (a)');
        database.close();
      },
      'The history file is a database of another program: ',
    ],
    ['an empty file', (path: string) => writeFileSync(path, ''), 'The copy has no history: '],
    ['a text', (path: string) => writeFileSync(path, 'no database '.repeat(100)), 'not a database'],
  ])('keeps no file if there is %s', async (_, prepare, message) => {
    const folder = temporaryFolder().path;
    const [path, target] = [join(folder, 'headroom.db'), join(folder, 'copy.db')];
    prepare(path);
    const { exitCode, stdout, stderr } = await run(['history', 'backup', target, `--history.path=${path}`]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('No backup was written. ');
    expect(stderr).toContain(message);
    expect(existsSync(target)).toBe(false);
  });

  test.each([
    ['http://127.0.0.1:1', 'No Headroom answers at http://127.0.0.1:1/-/backup: '],
    ['NOT_A_HEADROOM', 'No Headroom answers at http://127.0.0.1:'],
  ])('reports a server that is no Headroom: %s', async (server, message) => {
    const { simulator } = await startSimulatedHub();
    const target = join(temporaryFolder().path, 'copy.db');
    const url = server.replace('NOT_A_HEADROOM', simulator.url.origin);
    const { exitCode, stderr } = await run(['history', 'backup', target, `--server=${url}`]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(existsSync(target)).toBe(false);
  });

  // the command line, the problem
  test.each([
    [[], 'FILE: A file is missing. Allowed: the path of a file that does not exist'],
    [['a.db', '--server=http://h', '--history.path=b.db'], '--history.path: Not together with --server'],
    [
      ['a.db', '--server.username=ops'],
      '--server.username: --server.password-file is missing. Allowed: both, or none',
    ],
  ])('rejects the command line %j', async (argv, problem) => {
    expect(await problemsOf(['history', 'backup', ...argv])).toContain(problem);
  });
});
