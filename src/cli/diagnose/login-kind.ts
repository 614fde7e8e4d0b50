import type { Login } from '../../domain/credential.ts';
import type { LoginKind } from './examined.ts';

/** Docker's own prefixes of access tokens: personal ones, and those of an organization. */
const PREFIXES = [
  ['dckr_pat_', 'personal access token'],
  ['dckr_oat_', 'organization access token'],
] as const;

/** What kind of login it is; its first characters stay here. */
export function loginKindOf(login: Login): LoginKind {
  if (login.kind === 'identity-token') return 'identity token';
  const secret = login.password.reveal();
  return PREFIXES.find(([prefix]) => secret.startsWith(prefix))?.[1] ?? 'password';
}
