import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { CommandContext } from '../../src/cli/command.ts';
import { COMMANDS, runCommand } from '../../src/cli/run-command.ts';
import { FLAGS } from '../../src/config/flags.ts';
import { problemsOf, run } from './run-program.ts';

const MAIN = resolve(import.meta.dirname, '../../dist/main.js');
/** Throws once `main` listens to errors, as a listener or a timer that fails does. */
const FAILS_LATER = `setInterval(() => {
  if (process.listenerCount('uncaughtException') > 0) FAIL;
}, 10);`;

/** What `headroom` prints when its standard output throws. */
async function failWith(
  argv: readonly string[],
  error: unknown,
  env: CommandContext['env'] = {},
): Promise<{ exitCode: number; stderr: string }> {
  let stderr = '';
  const exitCode = await runCommand(argv, {
    env,
    clock: { now: () => 0, monotonicMs: () => 0 },
    readStdin: async () => '',
    stdout: {
      write() {
        throw error;
      },
    },
    stderr: {
      write(part) {
        stderr += part;
      },
    },
    random: () => 0.5,
    stopSignal: new AbortController().signal,
    onHangup: () => undefined,
  });
  return { exitCode, stderr };
}

describe('an unforeseen error', () => {
  test.each(['', ...Object.keys(COMMANDS), 'simulate fault', 'config init', 'alerts test'])(
    'of "headroom %s" ends with exit code 4, and states what to report',
    async (name) => {
      const argv = [...name.split(' ').filter(Boolean), '--help'];
      const { exitCode, stderr } = await failWith(argv, new TypeError('x is not iterable'));
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(
        /^Headroom itself failed, by an unforeseen error:\nTypeError: x is not iterable\n {4}at [\s\S]*\nPlease report it: [\s\S]* headroom \d[\s\S]*, node \d/,
      );
    },
  );

  test.each([['text'], [undefined], [{ toString: null }], [Object.create(null)], [Symbol('s')]])(
    'that is %o is told as well',
    async (thrown) => {
      const { exitCode, stderr } = await failWith(['--help'], thrown);
      expect(exitCode).toBe(4);
      expect(stderr).toMatch(/^Headroom itself failed, by an unforeseen error:\n.+\n/);
    },
  );

  test('shows no secrets', async () => {
    const error = new Error('http://ci:pa%20ss@proxy:3128 and hunter22 at //bob@host, of PATH /usr/bin');
    const env = { DOCKERHUB_PASSWORD: 'hunter22', PATH: '/usr/bin', SLACK_TOKEN: '' };
    const { stderr } = await failWith(['--help'], error, env);
    expect(stderr).toContain(
      'Error: http://<secret>@proxy:3128 and <secret> at //<secret>@host, of PATH /usr/bin',
    );
    expect(stderr).not.toMatch(/hunter22|pa%20ss|bob/);
  });

  test.each([
    ['of a listener or a timer', 'throw new RangeError("too late")'],
    ['of a promise that is not awaited', 'Promise.reject(new RangeError("too late"))'],
  ])('%s ends the process with exit code 4', async (_where, fail) => {
    const script = FAILS_LATER.replace('FAIL', fail);
    const load = `data:text/javascript,${encodeURIComponent(script)}`;
    const child = spawn(process.execPath, ['--import', load, MAIN, 'simulate', '--listen=127.0.0.1:0'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const closed = new Promise((resolveCode) => child.once('close', resolveCode));
    const [stderr, exitCode] = await Promise.all([text(child.stderr), closed]);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/^Headroom itself failed, by an unforeseen error:\nRangeError: too late\n/m);
  });
});

const NAMES = [
  'serve',
  'plan',
  'check',
  'wait',
  'forecast',
  'spending',
  'usage',
  'report',
  'diagnose',
  'config',
  'history',
  'alerts',
  'simulate',
  'demo',
  'health',
  'completion',
  'help',
];
const ALL = NAMES.join(', ');

describe('runCommand()', () => {
  test.each([[['--help']], [['-h']], [['help']], [['help', '--help']], [['--log.level=debug', '--help']]])(
    'lists the commands and the flags of serve for %j',
    async (argv) => {
      const { exitCode, stdout, stderr } = await run(argv);

      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect([...stdout.matchAll(/^ {2}(\w+) {2}/gm)].map(([, name]) => name)).toEqual(NAMES);
      expect([...stdout.matchAll(/^ {2}--([\w.-]+)/gm)].map(([, name]) => name)).toEqual(
        FLAGS.map(({ name }) => name),
      );
    },
  );

  test.each<[argv: string[], usage: string]>([
    [['serve', '--help'], 'headroom [serve] [FLAGS]'],
    [['help', 'serve'], 'headroom [serve] [FLAGS]'],
    [['demo', '--help'], 'headroom demo [FLAGS]'],
    [['simulate', '-h'], 'headroom simulate [FLAGS]'],
    [['help', 'simulate'], 'headroom simulate [FLAGS]'],
    [['help', 'simulate', 'fault'], 'headroom simulate fault [NAME] [FLAGS]'],
    [['simulate', 'help', 'fault'], 'headroom simulate fault [NAME] [FLAGS]'],
    [['simulate', 'fault', '--help'], 'headroom simulate fault [NAME] [FLAGS]'],
  ])('prints the help text of a command for %j', async (argv, usage) => {
    const { exitCode, stdout, stderr } = await run(argv);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n')[0]).toBe(`Usage: ${usage}`);
  });

  test('prints the version', async () => {
    const { exitCode, stdout } = await run(['--version'], { env: { HEADROOM_REVISION: 'abc123' } });

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^headroom \d+\.\d+\.\d+\S* \(revision abc123, node \d+\.\S+\)\n$/);
  });

  test.each<[why: string, argv: string[], ...problems: string[]]>([
    ['a misspelled command', ['simulte'], `simulte: Unknown command, did you mean simulate. Allowed: ${ALL}`],
    ['a command that is nothing like one', ['poll'], `poll: Unknown command. Allowed: ${ALL}`],
    ['a name that every object has', ['constructor'], `constructor: Unknown command. Allowed: ${ALL}`],
    [
      'a misspelled command of simulate',
      ['simulate', 'falt'],
      'falt: Unknown command, did you mean fault. Allowed: status, fault, spend, bucket, limit, profile, account, ledger, help',
    ],
    ['help for what is none', ['help', 'serv'], `serv: Unknown command, did you mean serve. Allowed: ${ALL}`],
    ['an argument of serve', ['serve', 'fast'], 'fast: One argument too many. Allowed: flags only'],
    ['an argument of demo', ['demo', 'fast'], 'fast: One argument too many. Allowed: flags only'],
    [
      'flags and arguments of serve together',
      ['serve', '--config.file', 'x', 'y', '--config.check=1', 'z'],
      '--config.check: This flag takes no value',
      'y: One argument too many. Allowed: flags only',
      'z: One argument too many. Allowed: flags only',
    ],
  ])('refuses %s', async (_why, argv, ...problems) => {
    expect(await problemsOf(argv)).toEqual(problems);
  });
});
