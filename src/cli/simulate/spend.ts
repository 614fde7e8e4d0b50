import { type ControlBalance, describeBalance } from './balance-words.ts';
import { controlCommand } from './control-command.ts';
import { pulls } from './limit-flags.ts';
import { bucketed, nameOf, notBoth, WHO_FLAGS } from './whose.ts';

/** `headroom simulate spend`: counts pulls that somebody else made. */
export const spend = controlCommand({
  usage: ['simulate spend PULLS [FLAGS]'],
  about: 'Spends pulls of an account or an address, whatever is left; of 127.0.0.1 when neither is named.',
  flags: WHO_FLAGS,
  operands: { PULLS: { kind: pulls } },
  notes: () => `Examples:
  headroom simulate spend 20
  headroom simulate spend 200 --account acmeci`,
  rules({ flags, operands, problems }, report) {
    notBoth(flags, report);
    if (operands.PULLS === undefined && problems.length === 0) {
      report({
        place: { kind: 'flag', flag: 'PULLS' },
        message: 'A number is missing',
        allowed: pulls.allowed,
      });
    }
  },
  async act(control, { flags, operands }) {
    const whose = bucketed(flags);
    const answer = await control.ask<ControlBalance>('POST', '/spend', { ...whose, pulls: operands.PULLS });
    return { answer, text: `${nameOf(whose)} ${describeBalance(answer)}` };
  },
});
