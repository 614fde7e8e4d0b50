import { optionalFlag, toggle } from '../flag.ts';
import { type ControlBalance, describeBalance } from './balance-words.ts';
import { controlCommand } from './control-command.ts';
import { pulls } from './limit-flags.ts';
import { bucketed, bucketQuery, nameOf, notBoth, WHO_FLAGS } from './whose.ts';
import { windowSeconds } from './window-seconds.ts';

/** `headroom simulate bucket`: what one account or address has left, and limits of its own. */
export const bucket = controlCommand({
  usage: ['simulate bucket [FLAGS]'],
  about:
    'Shows what an account or an address has left, 127.0.0.1 when neither is named; fills it, or gives it limits of its own.',
  flags: {
    ...WHO_FLAGS,
    limit: optionalFlag('N', pulls, 'Give it this limit, whatever others have'),
    window: optionalFlag('DURATION', windowSeconds, 'Give it a window of this length'),
    refill: toggle('Fill it'),
  },
  operands: {},
  notes: () => `Examples:
  headroom simulate bucket --account acmeci`,
  rules: ({ flags }, report) => notBoth(flags, report),
  async act(control, { flags }) {
    const whose = bucketed(flags);
    const query = bucketQuery(whose);
    if (flags.limit !== undefined || flags.window !== undefined) {
      await control.ask('PUT', '/bucket', { ...whose, limit: flags.limit, windowSeconds: flags.window });
    }
    const answer = await control.ask<ControlBalance>(flags.refill ? 'DELETE' : 'GET', `/bucket${query}`);
    return { answer, text: `${nameOf(whose)} ${describeBalance(answer)}` };
  },
});
