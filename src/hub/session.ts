import type { Credential } from '../domain/credential.ts';
import type { Secret } from '../kit/secret.ts';
import type { BearerChallenge } from './bearer-challenge.ts';
import type { Grant } from './token-reply.ts';

/** A token in use. */
interface LiveToken {
  readonly token: Secret;
  /** On the monotonic clock, in milliseconds: from here on it is not sent any more. */
  readonly staleAtMs: number;
}

/**
 * How long before its end a token is replaced, in milliseconds (15 s): more than an answer takes, and little enough
 * that a token of 300 s serves five polls a minute apart, whatever their jitter (240 s and 10 s, at most).
 */
const MARGIN_MS = 15_000;

/**
 * A token's life is counted from its receipt, on a clock that cannot jump: the `issued_at` of the reply and the dates in
 * the token are another machine's time, and `nbf` lies five minutes before it.
 */
export function liveToken(grant: Grant, receivedAtMs: number): LiveToken {
  return { token: grant.token, staleAtMs: receivedAtMs + grant.lifetimeSeconds * 1_000 - MARGIN_MS };
}

/** Whether a token can still be sent. */
export function isLive(live: LiveToken | undefined, nowMs: number): live is LiveToken {
  return live !== undefined && nowMs < live.staleAtMs;
}

/** What is remembered of one credential between its probes. */
export interface Session {
  /** Of the credential it belongs to. */
  readonly fingerprint: string;
  /** Where tokens are to be had; known once the hub has asked for one. */
  challenge: BearerChallenge | undefined;
  token: LiveToken | undefined;
  /** Key of the login that the token was granted for; undefined for an anonymous one. */
  tokenLogin: string | undefined;
  /** Whether the newest readable answer carried limit headers. */
  hadLimits: boolean;
}

/** Creates the sessions of one hub; a credential that has become another one under its name begins anew. */
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
