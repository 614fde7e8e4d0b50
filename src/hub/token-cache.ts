import { createHash } from 'node:crypto';
import type { Credential, Login } from '../domain/credential.ts';
import { type Blocked, type Failed, failed } from '../domain/reading.ts';
import type { Clock } from '../kit/clock.ts';
import { within } from '../kit/deadline.ts';
import { quoteForeign } from '../kit/foreign-text.ts';
import type { LoginTurns } from '../kit/keyed-mutex.ts';
import type { Log } from '../kit/log.ts';
import type { BearerChallenge } from './bearer-challenge.ts';
import type { Exchange } from './exchange.ts';
import { isRejection, type Lockout } from './lockout.ts';
import { abortReason } from './network-fault.ts';
import { type Grant, readTokenReply } from './token-reply.ts';
import { realmObjection, tokenRequest } from './token-request.ts';

/**
 * Returns a key that two logins share when they would send one hub the same secret, and that gives none of it away to
 * people. It can be tested against guessed passwords: whatever stores it hashes it once more, with a random key.
 */
export function loginKey(hub: URL, login: Login): string {
  const parts =
    login.kind === 'password'
      ? [login.kind, login.username, login.password.reveal()]
      : [login.kind, login.token.reveal()];
  return createHash('sha256')
    .update(JSON.stringify([hub.href, ...parts]))
    .digest('base64');
}

/** What all credentials of one hub share when they get their tokens. */
export interface TokenContext {
  readonly hub: URL;
  readonly allowInsecure: boolean;
  readonly userAgent: string;
  readonly lockout: Lockout;
  readonly turns: LoginTurns;
  readonly clock: Clock;
  readonly log: Log;
}

/** A login that has been read, or the lack of one. */
export interface Opened {
  readonly kind: 'opened';
  /** Undefined: anonymous. */
  readonly login: Login | undefined;
  /** What tells this login from every other one; undefined: anonymous. */
  readonly key: string | undefined;
}

/** Reads a credential's login anew; a failure when that is impossible. */
export async function openLogin(
  desk: TokenContext,
  credential: Credential,
  signal: AbortSignal,
): Promise<Opened | Failed> {
  if (!credential.readLogin) return { kind: 'opened', login: undefined, key: undefined };
  try {
    const login = await within(credential.readLogin(), signal);
    return { kind: 'opened', login, key: loginKey(desk.hub, login) };
  } catch (error) {
    if (signal.aborted) return failed('timeout', `The login could not be read: ${abortReason(signal)}`);
    return failed('login_unreadable', quoteForeign(error instanceof Error ? error.message : String(error)));
  }
}

/** Fetches a token for one image by the hub's challenge. A rejected login is held back from then on. */
export async function fetchToken(
  desk: TokenContext,
  credential: Credential,
  challenge: BearerChallenge,
  { login, key }: Opened,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<Grant | Blocked | Failed> {
  const objection = await realmObjection(challenge.realm, desk.hub, desk.allowInsecure);
  if (objection) {
    return failed('untrusted_realm', `The token service is not trusted: ${quoteForeign(objection)}`);
  }
  const ask = async (): Promise<Grant | Blocked | Failed> => {
    const answer = await exchange(tokenRequest(challenge, credential.image, login, desk.userAgent));
    return answer.kind === 'answer' ? readTokenReply(answer, desk.clock.now(), login) : answer;
  };
  if (!login || key === undefined) return await ask();

  const askOrHold = async (isProven: boolean): Promise<Grant | Blocked | Failed> => {
    // Other processes may be sending the same login, such as the jobs of one pipeline.
    const release = isProven ? undefined : await desk.lockout.claim(key, signal);
    let wasAccepted = false;
    try {
      const held = await desk.lockout.heldBack(key);
      if (held) return held;
      const reply = await ask();
      wasAccepted = reply.kind === 'granted';
      if (!isRejection(reply)) return reply;
      desk.log.warn('Docker Hub rejects a login, it is held back', { credential: credential.identity.name });
      return await desk.lockout.hold(key, reply);
    } finally {
      await release?.(wasAccepted);
    }
  };
  try {
    return await desk.turns.inTurn(key, signal, askOrHold, ({ kind }) => kind === 'granted');
  } catch (error) {
    if (!signal.aborted) throw error;
    return failed(
      'timeout',
      `Another credential or process is trying the same login: ${abortReason(signal)}`,
    );
  }
}
