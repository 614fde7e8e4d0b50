import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../end-to-end/temporary-folder.ts';
import { describeWithProgram } from '../requires-program.ts';
import { problemsOf, run } from './run-program.ts';

/** What is typed, the last word being the one that is completed, and what is offered for it. */
const LINES: readonly (readonly [line: string[], offered: string[]])[] = [
  [['headroom', 'ch'], ['check']],
  [
    ['headroom', 'he'],
    ['health', 'help'],
  ],
  [['headroom', 'check', '--outp'], ['--output']],
  [
    ['headroom', 'check', '--output', ''],
    ['table', 'json', 'nagios', 'github'],
  ],
  [['headroom', 'check', '--output', 'n'], ['nagios']],
  [['headroom', 'check', '--warning', ''], []],
  [['headroom', '--log.level', 'w'], ['warn']],
  [['headroom', 'simulate', 'fa'], ['fault']],
  [['headroom', 'simulate', 'fault', 'unm'], ['unmetered']],
  [['headroom', 'simulate', 'limit', '--window-'], ['--window-kind']],
  [['headroom', 'simulate', '--prof'], ['--profile']],
  [['headroom', 'alerts', 't'], ['test']],
  [['headroom', 'completion', 'b'], ['bash']],
  [['headroom', 'plan', 'pod.y'], ['pod.yml']],
  [['headroom', 'plan', '--config.file', 'pod.y'], ['pod.yml']],
];

async function scriptFor(shell: string): Promise<{ folder: string; script: string }> {
  const { exitCode, stdout, stderr } = await run(['completion', shell]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const folder = temporaryFolder().path;
  const script = join(folder, `headroom.${shell}`);
  writeFileSync(script, stdout);
  writeFileSync(join(folder, 'pod.yml'), '');
  return { folder, script };
}

describe('headroom completion', () => {
  test.each([
    [[], 'SHELL: A shell is missing. Allowed: bash, zsh, fish'],
    [['tcsh'], 'SHELL: Not one of the choices: "tcsh". Allowed: bash, zsh, fish'],
  ])('refuses %j', async (argv, problem) => {
    expect(await problemsOf(['completion', ...argv])).toEqual([problem]);
  });
});

describeWithProgram('bash', 'completion for bash', () => {
  /** What bash's own function would offer; bash takes `--flag=value` for three words. */
  function offered(script: string, folder: string, words: readonly string[]): string[] {
    const program = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _headroom; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const text = execFileSync('bash', ['--norc', '-uc', program, 'bash', script, ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
    return text.split('\n').filter((word) => word !== '');
  }

  test('completes lines', async () => {
    const { folder, script } = await scriptFor('bash');
    for (const [line, words] of LINES) {
      expect({ line, words: offered(script, folder, line) }).toEqual({ line, words });
    }
    expect(offered(script, folder, ['headroom', 'check', '--output', '=', 'js'])).toEqual(['json']);
    expect(offered(script, folder, ['headroom', 'check', '--output', '='])).toContain('nagios');
  });
});

describeWithProgram('fish', 'completion for fish', () => {
  test('completes lines', async () => {
    const { folder, script } = await scriptFor('fish');
    const program = 'source $argv[1]; complete -C "$argv[2]"';
    for (const [line, words] of LINES) {
      const argv = ['--no-config', '-c', program, script, line.join(' ')];
      const { stdout } = spawnSync('fish', argv, {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, HOME: folder },
      });
      const offered = stdout.split('\n').flatMap((text) => text.split('\t')[0] || []);
      expect({ line, words: offered.toSorted() }).toEqual({ line, words: words.toSorted() });
    }
  });
});

describeWithProgram('zsh', 'completion for zsh', () => {
  test('is a function that zsh accepts', async () => {
    const { script } = await scriptFor('zsh');
    const program = 'compdef() { :; }; source $1; whence -w _headroom';
    expect(execFileSync('zsh', ['-f', '-c', program, 'zsh', script], { encoding: 'utf8' })).toBe(
      '_headroom: function\n',
    );
  });
});
