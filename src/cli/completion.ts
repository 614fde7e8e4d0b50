import { FLAGS } from '../config/flags.ts';
import { oneOf } from '../config/kinds/choice.ts';
import { type Command, type CommandTable, EXIT } from './command.ts';
import { completeBash, completeFish, completeZsh } from './completion/shells.ts';
import { type Surface, surfaceOf } from './completion/surface.ts';
import { defineCommand } from './define-command.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
const WRITERS: Readonly<Record<(typeof SHELLS)[number], (surfaces: readonly Surface[]) => string>> = {
  bash: completeBash,
  zsh: completeZsh,
  fish: completeFish,
};

/**
 * Creates `headroom completion`, which prints the completion script of a shell, generated from the tables of commands and flags.
 * @param commands every command of `headroom`
 */
export function createCompletion(commands: CommandTable): Command {
  return defineCommand({
    usage: ['completion bash|zsh|fish'],
    about:
      'Prints the completion script of a shell: it completes commands, flags, and values of a closed set.',
    flags: {},
    operands: { SHELL: { kind: oneOf(SHELLS) } },
    notes: () => `Examples:
  source <(headroom completion bash)         In ~/.bashrc
  source <(headroom completion zsh)          In ~/.zshrc, below compinit
  headroom completion fish | source          In ~/.config/fish/config.fish`,
    rules({ operands, problems }, report) {
      if (operands.SHELL !== undefined || problems.length > 0) return;
      report({
        place: { kind: 'flag', flag: 'SHELL' },
        message: 'A shell is missing',
        allowed: SHELLS.join(', '),
      });
    },
    async run({ operands }, { stdout }) {
      const surfaces = await surfaceOf(commands, FLAGS);
      stdout.write(WRITERS[operands.SHELL ?? 'bash'](surfaces));
      return EXIT.ok;
    },
  });
}
