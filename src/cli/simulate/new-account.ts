import { type Kind, scalarKind } from '../../config/kinds/kind.ts';
import { type NewAccount, PLANS } from '../../simulator/accounts/account.ts';

const GRAMMAR = /^([a-z0-9][a-z0-9_-]*):([^:]+)(?::([^:]+))?$/;

/** An account as a command line adds it: `NAME:PASSWORD`, with `:PLAN` where it is not `personal`. */
export const newAccount: Kind<NewAccount> = scalarKind({
  noun: 'an account',
  allowed: `NAME:PASSWORD or NAME:PASSWORD:PLAN, the name of lower-case letters, digits, - and _, the password without ":", the plan one of ${PLANS.join(', ')}`,
  secret: () => true,
  parse(value, refuse) {
    const [, name, password, written] = GRAMMAR.exec(String(value)) ?? [];
    if (name === undefined || password === undefined) return undefined;
    if (written === undefined) return { name, password };
    const plan = PLANS.find((known) => known === written);
    return plan ? { name, password, plan } : refuse('No such plan');
  },
  show: ({ name }) => name,
});
