import type { Command } from './command.ts';
export const demo: Command = {
  name: 'demo',
  about: '',
  async run() {
    return 0;
  },
};
