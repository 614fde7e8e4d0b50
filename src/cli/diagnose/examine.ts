import type { Credential, Login } from '../../domain/credential.ts';
import { takeSnapshot } from '../../domain/credential-snapshot.ts';
import { advance, initialState } from '../../domain/credential-state.ts';
import type { Reading } from '../../domain/reading.ts';
import type { Hub } from '../../hub/create-hub.ts';
import type { Clock } from '../../kit/clock.ts';
import { type CredentialJson, toCredentialJson } from '../../web/api/credential-json.ts';
import type { WireEvent, WireTap } from './wire-tap.ts';

/** The kind of a login. */
type LoginKind =
  | 'anonymous'
  | 'password'
  | 'personal access token'
  | 'organization access token'
  | 'identity token'
  | 'unreadable login';

/** A credential with its probe and the events of that probe. */
export interface Examined {
  readonly credential: Credential;
  readonly loginKind: LoginKind;
  readonly events: readonly WireEvent[];
  readonly reading: Reading;
  /** The result in the form of the API. */
  readonly credentialJson: CredentialJson;
  readonly durationMs: number;
}

/** Docker's prefixes of access tokens. */
const PREFIXES = [
  ['dckr_pat_', 'personal access token'],
  ['dckr_oat_', 'organization access token'],
] as const;

/** Returns the kind of a login. The result contains no part of it. */
function loginKindOf(login: Login): LoginKind {
  if (login.kind === 'identity-token') return 'identity token';
  const secret = login.password.reveal();
  return PREFIXES.find(([prefix]) => secret.startsWith(prefix))?.[1] ?? 'password';
}

/** The dependencies of `examine()`. */
interface Examiner {
  readonly hub: Hub;
  readonly tap: WireTap;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A credential with its login. */
interface CredentialAndLogin {
  readonly credential: Credential;
  /** Undefined for the anonymous credential, and if the login cannot be read. */
  readonly login: Login | undefined;
  readonly loginKind: LoginKind;
}

const ONE_HOUR_MS = 3_600_000;

/** Reads the login of a credential. If that fails, the login is undefined; the probe reports the failure. */
export async function readLogin(credential: Credential): Promise<CredentialAndLogin> {
  if (!credential.readLogin) return { credential, login: undefined, loginKind: 'anonymous' };
  try {
    const login = await credential.readLogin();
    return { credential, login, loginKind: loginKindOf(login) };
  } catch {
    return { credential, login: undefined, loginKind: 'unreadable login' };
  }
}

/**
 * Probes one credential once and records the network events of the probe. Run one examination at a time: all of them record
 * with the same `tap`.
 */
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
  const credentialJson = toCredentialJson(takeSnapshot(state, at), [name]);
  return { credential, loginKind, events, reading, credentialJson, durationMs };
}
