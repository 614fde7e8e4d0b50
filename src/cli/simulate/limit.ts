import type { Limits } from '../../simulator/limits.ts';
import { toggle } from '../flag.ts';
import { controlCommand } from './control-command.ts';
import { LIMIT_FLAGS, limitsOf, pulls } from './limit-flags.ts';
import { describeLimits } from './limit-words.ts';

/** `headroom simulate limit`: the limits that hold for everybody. */
export const limit = controlCommand({
  usage: ['simulate limit [PULLS] [FLAGS]'],
  about:
    'Shows the limits that hold for everybody, or changes them: PULLS in a window for an address without a login.\nWhat was spent stays spent.',
  flags: { ...LIMIT_FLAGS, reset: toggle("Go back to the profile's limits first") },
  operands: { PULLS: { kind: pulls } },
  notes: () => `Examples:
  headroom simulate limit
  headroom simulate limit 10 --window 1h`,
  async act(control, { flags, operands }) {
    if (flags.reset) await control.ask('DELETE', '/limits');
    const change = limitsOf(operands.PULLS, flags);
    const isChange = Object.keys(change).length > 0;
    const answer = await control.ask<Limits>(
      isChange ? 'PATCH' : 'GET',
      '/limits',
      isChange ? change : undefined,
    );
    return { answer, text: describeLimits(answer) };
  },
});
