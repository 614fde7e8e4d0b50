import type { Account } from '../../simulator/accounts/account.ts';
import type { Bucketed } from '../../simulator/control.ts';
import type { SetFault } from '../../simulator/faults/faults.ts';
import type { Limits } from '../../simulator/limits.ts';
import { alignColumns } from '../columns.ts';
import { type ControlBalance, describeBalance } from './balance-words.ts';
import { controlCommand } from './control-command.ts';
import { describeFault } from './fault.ts';
import { describeLimits } from './limit-words.ts';
import { bucketed, bucketQuery, nameOf } from './whose.ts';

/** What `GET /_simulator/` answers, as far as it is shown. */
interface Overview {
  readonly profile: string;
  readonly limits: Limits;
  readonly faults: readonly SetFault[];
  readonly accounts: readonly Pick<Account, 'name' | 'plan'>[];
}

/** `headroom simulate status`: everything at a glance. */
export const status = controlCommand({
  usage: ['simulate status [FLAGS]'],
  about: 'Shows the profile, the limits, the faults, and what this machine and every account have left.',
  flags: {},
  operands: {},
  notes: () => `Examples:
  headroom simulate status`,
  async act(control) {
    const { profile, limits, faults, accounts } = await control.ask<Overview>('GET', '/');
    const everyone = [bucketed({ account: undefined, source: undefined }), ...accounts.map(toBucketed)];
    const buckets = await Promise.all(
      everyone.map(async (whose) => ({
        ...whose,
        ...(await control.ask<ControlBalance>('GET', `/bucket${bucketQuery(whose)}`)),
      })),
    );
    const text = alignColumns([
      ['profile', profile],
      ['limits', describeLimits(limits)],
      ...(faults.length === 0
        ? [['faults', 'none']]
        : faults.map((fault) => ['fault', describeFault(fault)])),
      ...buckets.map((bucket) => ['bucket', `${nameOf(bucket)} ${describeBalance(bucket)}`]),
    ]);
    return { answer: { profile, limits, faults, accounts, buckets }, text };
  },
});

function toBucketed({ name }: Pick<Account, 'name'>): Bucketed {
  return { account: name };
}
