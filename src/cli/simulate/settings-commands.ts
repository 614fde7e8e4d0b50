import { oneOf } from '../../config/kinds/choice.ts';
import type { Account } from '../../simulator/accounts.ts';
import { PROFILE_NAMES, PROFILES, type ProfileName } from '../../simulator/profile.ts';
import type { SettingScope } from '../../simulator/settings.ts';
import { alignColumns } from '../command.ts';
import { optionalFlag } from '../flag.ts';
import { plainText } from '../flag-kinds.ts';
import { OWNER_FLAGS, rejectBothOwners } from './bucket-flags.ts';
import { controlCommand } from './control-command.ts';
import { newAccount } from './hub-flags.ts';

/** The profiles in responses of the control API. */
interface ControlProfiles {
  readonly profile: ProfileName;
  readonly own: readonly (SettingScope & { readonly profile: ProfileName })[];
}

/** `headroom simulate profile`: shows or changes how the simulated hub behaves. */
export const profile = controlCommand({
  usage: ['simulate profile [NAME] [FLAGS]'],
  about: 'Shows the profile, or changes it: for all clients, for one account, or for one address.',
  flags: OWNER_FLAGS,
  operands: { NAME: { kind: oneOf(PROFILE_NAMES) } },
  notes: () => `Examples:
  headroom simulate profile
  headroom simulate profile 2026

Profiles:\n${describeProfiles()}`,
  rules({ given, flags, operands, problems }, report) {
    rejectBothOwners(flags, report);
    if (operands.NAME !== undefined || problems.length > 0) return;
    for (const name of Object.keys(OWNER_FLAGS).filter((name) => given.has(name))) {
      const message = 'Only together with the name of a profile';
      report({ place: { kind: 'flag', flag: `--${name}` }, message });
    }
  },
  async act(control, { flags, operands }) {
    const change = operands.NAME && { profile: operands.NAME, account: flags.account, source: flags.source };
    const answer = await control.request<ControlProfiles>(change ? 'PUT' : 'GET', '/profile', change);
    return { answer, text: alignColumns(rowsOf(answer)) };
  },
});

function describeProfiles(): string {
  return alignColumns(PROFILE_NAMES.map((name) => [`  ${name}`, PROFILES[name].summary]));
}

function rowsOf({ profile, own }: ControlProfiles): string[][] {
  const all = [
    { who: 'all clients', profile },
    ...own.map((one) => ({ who: one.account ?? one.source ?? '', ...one })),
  ];
  return all.map(({ who, profile }) => [who, profile]);
}

type PublicAccount = Omit<Account, 'password'>;

/** `headroom simulate account`: shows, adds or removes accounts. */
export const account = controlCommand({
  usage: ['simulate account [NAME:PASSWORD[:PLAN]] [FLAGS]'],
  about: 'Adds an account, or replaces the account of that name; without a name, shows all accounts.',
  flags: { remove: optionalFlag('NAME', plainText('the name of an account'), 'Remove this account') },
  operands: { ACCOUNT: { kind: newAccount } },
  notes: () => `Examples:
  headroom simulate account
  headroom simulate account acmeci:secret`,
  async act(control, { flags, operands }) {
    if (flags.remove !== undefined) {
      const path = `/accounts/${encodeURIComponent(flags.remove)}`;
      await control.request('DELETE', path);
    }
    if (operands.ACCOUNT !== undefined) await control.request('POST', '/accounts', operands.ACCOUNT);
    const answer = await control.request<PublicAccount[]>('GET', '/accounts');
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
