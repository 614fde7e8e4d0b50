import type { Account } from '../../simulator/accounts/account.ts';
import { alignColumns } from '../columns.ts';
import { optionalFlag } from '../flag.ts';
import { plainText } from '../plain-text.ts';
import { controlCommand } from './control-command.ts';
import { newAccount } from './new-account.ts';

type PublicAccount = Omit<Account, 'password'>;

/** `headroom simulate account`: who can log in. */
export const account = controlCommand({
  usage: ['simulate account [NAME:PASSWORD[:PLAN]] [FLAGS]'],
  about: 'Adds an account, or replaces the one of that name; shows all of them when none is named.',
  flags: { remove: optionalFlag('NAME', plainText('the name of an account'), 'Remove this account') },
  operands: { ACCOUNT: { kind: newAccount } },
  notes: () => `Examples:
  headroom simulate account
  headroom simulate account acmeci:secret`,
  async act(control, { flags, operands }) {
    if (flags.remove !== undefined) {
      const path = `/accounts/${encodeURIComponent(flags.remove)}`;
      await control.ask('DELETE', path);
    }
    if (operands.ACCOUNT !== undefined) await control.ask('POST', '/accounts', operands.ACCOUNT);
    const answer = await control.ask<PublicAccount[]>('GET', '/accounts');
    return { answer, text: describeAccounts(answer) };
  },
});

function describeAccounts(accounts: readonly PublicAccount[]): string {
  if (accounts.length === 0) return 'There is no account';
  return alignColumns([
    ['ACCOUNT', 'PLAN', 'UUID', 'PRIVATE REPOSITORIES'],
    ...accounts.map(({ name, plan, uuid, repositories }) => [
      name,
      plan,
      uuid,
      [`${name}/*`, ...repositories].join(', '),
    ]),
  ]);
}
