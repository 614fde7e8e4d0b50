import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CommandShape } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/run-command.ts';
import type { FlagRule } from '../../src/config/flags.ts';
import { shapesOf } from './command-shapes.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FILE = join(ROOT, 'docs/commands.md');

function flagRow({ name, short, value, repeatable, about }: FlagRule): string {
  const written = `\`--${name}${value === undefined ? '' : ` ${value}`}\``;
  const all = short === undefined ? written : `${written}, \`-${short}\``;
  const often = repeatable && !about.includes('repeated') ? '; may be repeated' : '';
  return `| ${all} | ${about.replaceAll('|', '\\|').replaceAll('*', '\\*')}${often} |`;
}

async function sectionFor(path: string, shape: CommandShape): Promise<string> {
  const notes = await shape.notes?.();
  return [
    `${path.includes(' ') ? '###' : '##'} headroom ${path}`,
    `\`\`\`text\n${shape.usage.map((call) => `headroom ${call}`).join('\n')}\n\`\`\``,
    `\`\`\`text\n${shape.about}\n\`\`\``,
    `| flag | what it does |\n| --- | --- |\n${shape.flags.map(flagRow).join('\n')}`,
    ...(notes === undefined ? [] : [`\`\`\`text\n${notes}\n\`\`\``]),
  ].join('\n\n');
}

describe('docs/commands.md', async () => {
  const shapes = await shapesOf(COMMANDS);

  test('has every command as the code has it; `vitest -u` writes them', async () => {
    const sections = await Promise.all(shapes.map(({ path, shape }) => sectionFor(path, shape)));
    const page = readFileSync(FILE, 'utf8').replace(
      /(<!-- commands: generated [^\n]* -->\n).*?(<!-- end -->)/s,
      (_, start: string, end: string) => `${start}\n${sections.join('\n\n')}\n\n${end}`,
    );
    await expect(page).toMatchFileSnapshot(FILE);
  });

  test.each(shapes)('headroom $path --help has examples that name it', async ({ path, shape }) => {
    const examples = shape.commands && path !== 'simulate' ? `headroom ${path} ` : `headroom`;
    expect(await shape.notes?.()).toMatch(new RegExp(`\\bExamples?:\\n(?:.*\\n)*?.*${examples}`));
  });

  test.each(shapes)('headroom $path --help fits a terminal of 120 columns', async ({ shape }) => {
    const lines = `${shape.about}\n${await shape.notes?.()}`.split('\n');
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
  });
});
