import type { Credential } from '../domain/credential.ts';
import type { BearerChallenge } from './bearer-challenge.ts';
import type { LiveToken } from './token-life.ts';

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
