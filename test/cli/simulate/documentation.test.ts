import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../run-program.ts';

const DOCUMENT = readFileSync(join(import.meta.dirname, '../../../docs/simulator.md'), 'utf8');

/** The cells of the table under a heading, without the head. */
function tableUnder(heading: string): string[][] {
  const section = DOCUMENT.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.slice(2).map((row) =>
    row
      .replaceAll('\\|', '\0')
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('\0', '|')),
  );
}

/** What stands under a title of the help text, each line as its first word and the rest. */
async function listed(title: string): Promise<string[][]> {
  const { stdout } = await run(['simulate', '--help']);
  const section = stdout.split(`\n${title}:\n`)[1]?.split('\n\n')[0] ?? '';
  return section.split('\n').map((line) => line.trim().split(/ {2,}/));
}

describe('docs/simulator.md', () => {
  test('has every flag of the command, in the words of its help text', async () => {
    const flags = await listed('Flags');

    expect(tableUnder('The command')).toEqual(flags.map(([flag, about]) => [`\`${flag}\``, about]));
  });

  test('has every control command', async () => {
    const commands = (await listed('Commands for a running simulator')).map(([name]) => name);
    const documented = tableUnder('Control from the command line').map(
      ([call]) => /\w+/.exec(call ?? '')?.[0],
    );

    expect([...new Set(documented)]).toEqual(commands.filter((name) => name !== 'help'));
  });
});
