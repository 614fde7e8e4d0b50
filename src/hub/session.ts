import type { Credential } from '../domain/credential.ts';
import type { Secret } from '../kit/secret.ts';
import type { BearerChallenge } from './bearer-challenge.ts';
import type { Grant } from './token-reply.ts';

/** Contains a token with the time until which it is used. */
interface LiveToken {
  readonly token: Secret;
  /** When the token stops being sent, in milliseconds of the monotonic clock. */
  readonly staleAtMs: number;
}

/**
 * How long before its expiry a token is replaced, in milliseconds (15 s). That is longer than a request takes, and short
 * enough that a token of 300 s serves five polls at intervals of a minute with any jitter (at most 240 s and 10 s).
 */
const MARGIN_MS = 15_000;

/**
 * Returns a token with the time until which it is used. Its lifetime is counted from its receipt, on the monotonic clock:
 * `issued_at` of the reply and the dates in the token are times of another machine, and `nbf` is five minutes earlier.
 * @param receivedAtMs when the token arrived, in milliseconds of the monotonic clock
 */
export function liveToken(grant: Grant, receivedAtMs: number): LiveToken {
  return { token: grant.token, staleAtMs: receivedAtMs + grant.lifetimeSeconds * 1_000 - MARGIN_MS };
}

/**
 * Reports whether a token can still be sent.
 * @param nowMs milliseconds of the monotonic clock
 */
export function isLive(live: LiveToken | undefined, nowMs: number): live is LiveToken {
  return live !== undefined && nowMs < live.staleAtMs;
}

/** Stores the state of one credential between its probes. */
export interface Session {
  /** The fingerprint of the credential. */
  readonly fingerprint: string;
  /** The newest challenge of the hub, which names the token service. Undefined until the hub has required a token. */
  challenge: BearerChallenge | undefined;
  token: LiveToken | undefined;
  /** Key of the login that the token was granted for. Undefined for an anonymous token. */
  tokenLogin: string | undefined;
  /** Whether the newest valid answer had limit headers. */
  hadLimits: boolean;
}

/**
 * Creates the sessions of one hub.
 * @returns returns the session of a credential; a credential whose fingerprint has changed gets a new one
 */
export function createSessions(): (credential: Credential) => Session {
  const sessions = new Map<string, Session>();
  return ({ identity: { name, fingerprint } }) => {
    const known = sessions.get(name);
    if (known?.fingerprint === fingerprint) return known;
    const session: Session = {
      fingerprint,
      challenge: undefined,
      token: undefined,
      tokenLogin: undefined,
      hadLimits: false,
    };
    sessions.set(name, session);
    return session;
  };
}
