import { FLAGS } from '../config/flags.ts';
import { oneOf } from '../config/kinds/choice.ts';
import { EXIT } from './command.ts';
import { COMMANDS } from './commands.ts';
import { completeBash } from './completion/bash.ts';
import { completeFish } from './completion/fish.ts';
import { type Surface, surfaceOf } from './completion/surface.ts';
import { completeZsh } from './completion/zsh.ts';
import { defineCommand } from './define-command.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
const WRITERS: Readonly<Record<(typeof SHELLS)[number], (surfaces: readonly Surface[]) => string>> = {
  bash: completeBash,
  zsh: completeZsh,
  fish: completeFish,
};

/** `headroom completion`: what lets a shell complete command lines, made of the tables that they are read by. */
export const completion = defineCommand({
  usage: ['completion bash|zsh|fish'],
  about:
    'Prints what lets a shell complete a command line of headroom: commands, flags, and values of a closed set.',
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
      message: 'It is not said for which shell',
      allowed: SHELLS.join(', '),
    });
  },
  async run({ operands }, { stdout }) {
    const surfaces = await surfaceOf(COMMANDS, FLAGS);
    stdout.write(WRITERS[operands.SHELL ?? 'bash'](surfaces));
    return EXIT.ok;
  },
});
