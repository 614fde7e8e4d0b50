import type { Limits } from '../../simulator/metering/bucket.ts';
import { optionalFlag, toggle } from '../flag.ts';
import {
  type ControlBalance,
  describeBalance,
  describeLimits,
  LIMIT_FLAGS,
  limitsOf,
  OWNER_FLAGS,
  ownerName,
  ownerOf,
  ownerQuery,
  pulls,
  rejectBothOwners,
  windowSeconds,
} from './bucket-flags.ts';
import { controlCommand } from './control-command.ts';

/** `headroom simulate bucket`: shows, fills or limits the bucket of one account or address. */
export const bucket = controlCommand({
  usage: ['simulate bucket [FLAGS]'],
  about:
    'Shows the bucket of an account or an address, by default of 127.0.0.1; fills it, or sets its own limits.',
  flags: {
    ...OWNER_FLAGS,
    limit: optionalFlag('N', pulls, 'Set its own limit'),
    window: optionalFlag('DURATION', windowSeconds, 'Set its own window'),
    refill: toggle('Fill the bucket'),
  },
  operands: {},
  notes: () => `Examples:
  headroom simulate bucket --account acmeci`,
  rules: ({ flags }, report) => rejectBothOwners(flags, report),
  async act(control, { flags }) {
    const owner = ownerOf(flags);
    const query = ownerQuery(owner);
    if (flags.limit !== undefined || flags.window !== undefined) {
      await control.request('PUT', '/bucket', { ...owner, limit: flags.limit, windowSeconds: flags.window });
    }
    const answer = await control.request<ControlBalance>(flags.refill ? 'DELETE' : 'GET', `/bucket${query}`);
    return { answer, text: `${ownerName(owner)} ${describeBalance(answer)}` };
  },
});

/** `headroom simulate spend`: counts pulls that no client made. */
export const spend = controlCommand({
  usage: ['simulate spend PULLS [FLAGS]'],
  about: 'Spends pulls of an account or an address, even if fewer are left; by default of 127.0.0.1.',
  flags: OWNER_FLAGS,
  operands: { PULLS: { kind: pulls } },
  notes: () => `Examples:
  headroom simulate spend 20
  headroom simulate spend 200 --account acmeci`,
  rules({ flags, operands, problems }, report) {
    rejectBothOwners(flags, report);
    if (operands.PULLS === undefined && problems.length === 0) {
      report({
        place: { kind: 'flag', flag: 'PULLS' },
        message: 'Missing',
        allowed: pulls.allowed,
      });
    }
  },
  async act(control, { flags, operands }) {
    const owner = ownerOf(flags);
    const answer = await control.request<ControlBalance>('POST', '/spend', {
      ...owner,
      pulls: operands.PULLS,
    });
    return { answer, text: `${ownerName(owner)} ${describeBalance(answer)}` };
  },
});

/** `headroom simulate limit`: shows or changes the limits of all clients. */
export const limit = controlCommand({
  usage: ['simulate limit [PULLS] [FLAGS]'],
  about:
    'Shows or changes the limits of all clients. PULLS is the limit of an address without a login.\nPulls that were spent stay spent.',
  flags: { ...LIMIT_FLAGS, reset: toggle("Restore the profile's limits first") },
  operands: { PULLS: { kind: pulls } },
  notes: () => `Examples:
  headroom simulate limit
  headroom simulate limit 10 --window 1h`,
  async act(control, { flags, operands }) {
    if (flags.reset) await control.request('DELETE', '/limits');
    const change = limitsOf(operands.PULLS, flags);
    const isChange = Object.keys(change).length > 0;
    const answer = await control.request<Limits>(
      isChange ? 'PATCH' : 'GET',
      '/limits',
      isChange ? change : undefined,
    );
    return { answer, text: describeLimits(answer) };
  },
});
