import type { Credential, Login } from '../../domain/credential.ts';
import { takeSnapshot } from '../../domain/credential-snapshot.ts';
import { advance, initialState } from '../../domain/credential-state.ts';
import type { Hub } from '../../hub/create-hub.ts';
import type { Clock } from '../../kit/clock.ts';
import { toCredentialJson } from '../../web/api/credential-json.ts';
import type { Examined, LoginKind } from './examined.ts';
import { loginKindOf } from './login-kind.ts';
import type { WireTap } from './wire-tap.ts';

/** What examining needs. */
export interface Examiner {
  readonly hub: Hub;
  readonly tap: WireTap;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A credential before it is asked: what its login is. */
export interface Known {
  readonly credential: Credential;
  /** Undefined for the anonymous one, and where it cannot be read. */
  readonly login: Login | undefined;
  readonly loginKind: LoginKind;
}

const ONE_HOUR_MS = 3_600_000;

/** Reads the login of a credential; that it cannot be read is what the probe will say. */
export async function knowLogin(credential: Credential): Promise<Known> {
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
  { credential, loginKind }: Known,
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
  return { credential, loginKind, events, reading, told, durationMs };
}
