import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashSync } from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toHistoryCsv } from '../../../src/domain/history/history-text.ts';
import { createWeb, type Web } from '../../../src/web/web.ts';
import { playedBucket, START, series } from '../../domain/forecast/series.ts';
import { spendingOf, sum } from '../../web/spending/spending-fixtures.ts';
import { webOptions } from '../../web/start-web.ts';
import { problemsOf, run } from '../run-program.ts';

const folder = mkdtempSync(join(tmpdir(), 'headroom-login-'));
const at = (name: string) => join(folder, name);
const HISTORY = toHistoryCsv({
  name: 'ci',
  from: START,
  to: START + 30 * 60_000,
  stepMs: null,
  points: playedBucket(
    'sliding',
    series(30, () => 0),
  ).map((sample) => ({
    ...sample,
    windowSeconds: sample.windowSeconds ?? null,
    spent: null,
    outcome: sample.kind,
  })),
});
let web: Web;
let server = '';

beforeAll(async () => {
  writeFileSync(
    at('web-config.yml'),
    `basic_auth_users:\n  visitor: ${JSON.stringify(hashSync('correct horse', 4))}\n`,
  );
  writeFileSync(at('right.txt'), 'correct horse\n');
  writeFileSync(at('wrong.txt'), 'battery staple\n');
  writeFileSync(at('empty.txt'), '\n');
  writeFileSync(
    at('pod.yml'),
    'apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: a, image: "redis:8" }] }\n',
  );
  web = createWeb(
    webOptions({
      webConfigFile: at('web-config.yml'),
      routePrefix: '/headroom',
      spending: spendingOf({ sums: [sum({ team: 'shop' }, 1, 2)] }),
      seriesText: async ({ name }) => (name === 'ci' ? HISTORY : undefined),
    }),
  );
  await web.start();
  server = `--server=${web.urls[0]?.href}`;
});
afterAll(async () => {
  await web.stop();
  rmSync(folder, { recursive: true });
});

/** Every command that requests a running Headroom. */
const CALLS = [
  ['check', '--credential=team'],
  ['wait', '--pulls=1', '--credential=team'],
  ['plan', at('pod.yml'), '--credential=anonymous'],
  ['spending'],
  ['forecast', '--credential=ci'],
];
/** The exit code of a call that no Headroom answers: `check` returns 3 (unknown), `plan` an incomplete plan. */
const NO_ANSWER: Readonly<Record<string, number>> = { check: 3, plan: 3 };
/** The exit code of a call with an unusable password file. */
const UNUSABLE: Readonly<Record<string, number>> = { check: 3 };

function login(file: string, name = 'visitor'): string[] {
  return [server, `--server.username=${name}`, `--server.password-file=${at(file)}`];
}

describe('the login at a Headroom behind basic auth', () => {
  test.each(CALLS)('headroom %s sends user and password', async (...call) => {
    const { exitCode, stderr } = await run([...call, ...login('right.txt')]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  test.each(CALLS)('headroom %s names the flags without a login', async (...call) => {
    const { exitCode, stdout, stderr } = await run([...call, server]);
    expect(exitCode).toBe(NO_ANSWER[call[0] ?? ''] ?? 1);
    expect(`${stdout}${stderr}`.replaceAll(/\s+/g, ' ')).toMatch(
      /The Headroom at http:\/\/127\.0\.0\.1:\d+ requires a login: --server\.username=NAME and --server\.password-file=FILE/,
    );
  });

  test.each([
    ['wrong.txt', 'visitor'],
    ['right.txt', 'stranger'],
  ])('headroom check reports a rejected login: %s of %s, without the password', async (file, name) => {
    const { exitCode, stdout, stderr } = await run(['check', ...login(file, name)]);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(
      new RegExp(`^The Headroom at http://127.0.0.1:\\d+ rejects the user name ${name} or its password`),
    );
    expect(`${stdout}${stderr}`).not.toMatch(/battery|correct/);
  });

  test.each(CALLS)('headroom %s reports an unusable file of the password', async (...call) => {
    for (const [file, reason] of [
      ['missing.txt', 'no such file'],
      ['empty.txt', 'it is empty'],
    ] as const) {
      const { exitCode, stdout, stderr } = await run([...call, ...login(file)]);
      expect({ exitCode, stdout }).toEqual({ exitCode: UNUSABLE[call[0] ?? ''] ?? 2, stdout: '' });
      expect(stderr).toContain('--server.password-file');
      expect(stderr).toContain(`${at(file)}: ${reason}`);
    }
  });

  // the flags, the problem
  test.each([
    [['wait', '--pulls=1', '--server.username=ci'], '--server.username: Has no effect without --server'],
    [
      ['wait', '--pulls=1', '--server=http://h', '--server.username=ci'],
      '--server.username: --server.password-file is missing. Allowed: both, or none',
    ],
    [
      ['plan', 'x.yml', '--server=http://h', '--server.password-file=x'],
      '--server.password-file: --server.username is missing. Allowed: both, or none',
    ],
    [
      ['spending', '--server.username=ci'],
      '--server.username: --server.password-file is missing. Allowed: both, or none',
    ],
    [['forecast', '--server=http://h'], '--credential: It is missing beside --server'],
    [['forecast', '--credential=ci', 'x.csv'], '--server: It is missing beside --credential'],
    [['forecast', '--credential=ci', '--server=http://h', 'x.csv'], '--server: Not together with a file'],
  ])('reports flags that do not fit together: headroom %s', async (argv, problem) => {
    expect(await problemsOf(argv)).toContain(problem);
  });

  test('a user name with ":" is not shown, as it may contain the password', async () => {
    const { exitCode, stderr } = await run([
      'wait',
      '--pulls=1',
      server,
      '--server.username=ci:hunter2',
      '--server.password-file=x',
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--server.username');
    expect(stderr).not.toContain('hunter2');
  });

  test('headroom forecast names the credentials path if there is no such credential', async () => {
    const { exitCode, stderr } = await run(['forecast', '--credential=who', ...login('right.txt')]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringContaining('has no credential with the name who'),
    });
  });
});
