import type { Credential, Login } from '../../domain/credential.ts';
import { takeSnapshot } from '../../domain/credential-snapshot.ts';
import { advance, initialState } from '../../domain/credential-state.ts';
import type { Reading } from '../../domain/reading.ts';
import type { Hub } from '../../hub/create-hub.ts';
import type { Clock } from '../../kit/clock.ts';
import { type CredentialJson, toCredentialJson } from '../../web/api/credential-json.ts';
import type { WireEvent, WireTap } from './wire-tap.ts';

/** What a login is, as far as it can be told without showing it. */
type LoginKind =
  | 'anonymous'
  | 'password'
  | 'personal access token'
  | 'organization access token'
  | 'identity token'
  | 'unreadable login';

/** One credential that has been asked. */
export interface Examined {
  readonly credential: Credential;
  readonly loginKind: LoginKind;
  readonly events: readonly WireEvent[];
  readonly reading: Reading;
  /** The same in the words of the API. */
  readonly credentialJson: CredentialJson;
  readonly durationMs: number;
}

/** Docker's own prefixes of access tokens: personal ones, and those of an organization. */
const PREFIXES = [
  ['dckr_pat_', 'personal access token'],
  ['dckr_oat_', 'organization access token'],
] as const;

/** What kind of login it is; its first characters stay here. */
function loginKindOf(login: Login): LoginKind {
  if (login.kind === 'identity-token') return 'identity token';
  const secret = login.password.reveal();
  return PREFIXES.find(([prefix]) => secret.startsWith(prefix))?.[1] ?? 'password';
}

/** What examining needs. */
interface Examiner {
  readonly hub: Hub;
  readonly tap: WireTap;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A credential before it is asked: what its login is. */
interface CredentialAndLogin {
  readonly credential: Credential;
  /** Undefined for the anonymous one, and where it cannot be read. */
  readonly login: Login | undefined;
  readonly loginKind: LoginKind;
}

const ONE_HOUR_MS = 3_600_000;

/** Reads the login of a credential; that it cannot be read is what the probe will say. */
export async function readLogin(credential: Credential): Promise<CredentialAndLogin> {
  if (!credential.readLogin) return { credential, login: undefined, loginKind: 'anonymous' };
  try {
    const login = await credential.readLogin();
    return { credential, login, loginKind: loginKindOf(login) };
  } catch {
    return { credential, login: undefined, loginKind: 'unreadable login' };
  }
}

/** Asks one credential, and keeps all that passes meanwhile. Nothing else may be asked at the same time. */
export async function examine(
  { credential, loginKind }: CredentialAndLogin,
  { hub, tap, clock, signal }: Examiner,
): Promise<Examined> {
  tap.take();
  const startedAt = clock.monotonicMs();
  const reading = await hub.probe(credential, signal);
  const durationMs = clock.monotonicMs() - startedAt;
  const events = tap.take();
  const { name } = credential.identity;
  const at = clock.now();
  const observation = { credential: name, at, durationMs, intervalMs: ONE_HOUR_MS, reading };
  const state = advance(initialState(credential.identity), observation, undefined);
  const told = toCredentialJson(takeSnapshot(state, at), [name]);
  return { credential, loginKind, events, reading, credentialJson: told, durationMs };
}
