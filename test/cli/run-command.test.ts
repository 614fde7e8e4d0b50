import { describe, expect, test } from 'vitest';
import { FLAGS } from '../../src/config/flags.ts';
import { problemsOf, run } from './run-program.ts';

const COMMANDS = [
  'serve',
  'plan',
  'check',
  'wait',
  'forecast',
  'diagnose',
  'alerts',
  'simulate',
  'demo',
  'health',
  'completion',
  'help',
];
const ALL = COMMANDS.join(', ');

describe('runCommand()', () => {
  test.each([[['--help']], [['-h']], [['help']], [['help', '--help']], [['--log.level=debug', '--help']]])(
    'lists the commands and the flags of serve for %j',
    async (argv) => {
      const { exitCode, stdout, stderr } = await run(argv);

      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect([...stdout.matchAll(/^ {2}(\w+) {2}/gm)].map(([, name]) => name)).toEqual(COMMANDS);
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
