import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { configSchema } from '../config/config-schema.ts';
import { fileToWrite } from '../config/kinds/file-path.ts';
import { packageFile } from '../kit/package-file.ts';
import { type Command, type CommandTable, EXIT } from './command.ts';
import { defineCommand, defineGroup } from './define-command.ts';

/** The file that `config init` writes: a part of the documentation, so that both show the same. */
const TEMPLATE = packageFile('docs/examples/headroom.yml');

const init = defineCommand({
  usage: ['config init [FILE]'],
  about: `Writes a commented configuration file, headroom.yml by default. "-" prints it. An existing file is not changed.
Exit codes: 0 written, 1 the file exists or cannot be written, 2 wrong command line.`,
  flags: {},
  operands: { FILE: { kind: fileToWrite } },
  notes: () => `Examples:
  headroom config init
  headroom config init /etc/headroom/headroom.yml
  headroom config init - | less`,
  async run({ operands }, { stdout, stderr }) {
    const { FILE: path = 'headroom.yml' } = operands;
    const text = readFileSync(TEMPLATE, 'utf8');
    if (path === '-') {
      stdout.write(text);
      return EXIT.ok;
    }
    try {
      await writeFile(path, text, { flag: 'wx' });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      stderr.write(`Cannot write ${path}: ${code === 'EEXIST' ? 'the file exists' : message}\n`);
      return EXIT.failed;
    }
    stdout.write(`Wrote ${path}. Edit it, then run: headroom --config.file=${path} --config.check\n`);
    return EXIT.ok;
  },
});

const schema = defineCommand({
  usage: ['config schema'],
  about: `Prints the JSON Schema of the configuration file, for editors: docs/headroom.schema.json.`,
  flags: {},
  operands: {},
  notes: () => `Examples:
  headroom config schema > headroom.schema.json
  # The first line of headroom.yml, for editors with the YAML language server:
  # yaml-language-server: $schema=headroom.schema.json`,
  async run(_line, { stdout }) {
    stdout.write(`${JSON.stringify(configSchema(), null, 2)}\n`);
    return EXIT.ok;
  },
});

const CONFIG: CommandTable = {
  init: { about: 'Write a commented configuration file', load: async () => init },
  schema: { about: 'Print the JSON Schema of the configuration file', load: async () => schema },
};

/** `headroom config`: writes a configuration file, or its schema. Without a subcommand it prints the list of them. */
export const config: Command = defineGroup({
  name: 'config',
  about: 'Helps to write the configuration file.',
  notes: () => 'Examples:\n  headroom config init\n  headroom config schema > headroom.schema.json',
  commands: CONFIG,
});
