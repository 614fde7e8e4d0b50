import { createHash } from 'node:crypto';
import type { Credential, Login } from '../domain/credential.ts';
import { type Blocked, type Failed, failed } from '../domain/reading.ts';
import type { Clock } from '../kit/clock.ts';
import { within } from '../kit/deadline.ts';
import { quoteForeign } from '../kit/foreign-text.ts';
import type { Log } from '../kit/log.ts';
import type { BearerChallenge } from './bearer-challenge.ts';
import type { Exchange } from './exchange.ts';
import { isRejection, type Lockout } from './lockout.ts';
import type { LoginOrder } from './login-order.ts';
import { abortReason } from './network-fault.ts';
import { type Grant, readTokenReply } from './token-reply.ts';
import { realmObjection, tokenRequest } from './token-request.ts';

/**
 * Returns a key that identifies a login at a hub: the same user name and secret have the same key. The key does not
 * contain the secret, but guessed passwords can be tested against it. Code that stores it outside the process must hash it
 * again with a random key.
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

/** Contains what the probes of all credentials of one hub share. */
export interface HubContext {
  /** Base URL of the registry. */
  readonly hub: URL;
  /** See `HubOptions.allowInsecure`. */
  readonly allowInsecure: boolean;
  readonly userAgent: string;
  readonly lockout: Lockout;
  readonly logins: LoginOrder;
  readonly clock: Clock;
  readonly log: Log;
}

/** Contains the login of a credential, as it was read for one probe. */
export interface OpenedLogin {
  readonly kind: 'opened';
  /** Undefined if the credential is anonymous. */
  readonly login: Login | undefined;
  /** The key of the login, see `loginKey`. Undefined if the credential is anonymous. */
  readonly key: string | undefined;
}

/** Reads the current login of a credential. Returns a failure if it cannot be read, or if the signal aborts first. */
export async function openLogin(
  context: HubContext,
  credential: Credential,
  signal: AbortSignal,
): Promise<OpenedLogin | Failed> {
  if (!credential.readLogin) return { kind: 'opened', login: undefined, key: undefined };
  try {
    const login = await within(credential.readLogin(), signal);
    return { kind: 'opened', login, key: loginKey(context.hub, login) };
  } catch (error) {
    if (signal.aborted) return failed('timeout', `The login could not be read: ${abortReason(signal)}`);
    return failed('login_unreadable', quoteForeign(error instanceof Error ? error.message : String(error)));
  }
}

/**
 * Requests a token for the image of a credential from the token service that the challenge names. Credentials with the same
 * login send it one after the other until it was accepted once. A rejected login is held back from then on.
 * @returns the token, or the reading if none was granted
 */
export async function fetchToken(
  context: HubContext,
  credential: Credential,
  challenge: BearerChallenge,
  { login, key }: OpenedLogin,
  exchange: Exchange,
  signal: AbortSignal,
): Promise<Grant | Blocked | Failed> {
  const objection = await realmObjection(challenge.realm, context.hub, context.allowInsecure);
  if (objection) {
    return failed('untrusted_realm', `The token service is not trusted: ${quoteForeign(objection)}`);
  }
  const requestToken = async (): Promise<Grant | Blocked | Failed> => {
    const answer = await exchange(tokenRequest(challenge, credential.image, login, context.userAgent));
    return answer.kind === 'answer' ? readTokenReply(answer, context.clock.now(), login) : answer;
  };
  if (!login || key === undefined) return await requestToken();

  const requestOrHold = async (isProven: boolean): Promise<Grant | Blocked | Failed> => {
    // Other processes may send the same login at the same time, such as the jobs of one pipeline.
    const release = isProven ? undefined : await context.lockout.claim(key, signal);
    let wasAccepted = false;
    try {
      const held = await context.lockout.heldBack(key);
      if (held) return held;
      const reply = await requestToken();
      wasAccepted = reply.kind === 'granted';
      if (!isRejection(reply)) return reply;
      context.log.warn('Docker Hub rejected a login, which is held back now', {
        credential: credential.identity.name,
      });
      return await context.lockout.hold(key, reply);
    } finally {
      await release?.(wasAccepted);
    }
  };
  try {
    return await context.logins.send(key, signal, requestOrHold, ({ kind }) => kind === 'granted');
  } catch (error) {
    if (!signal.aborted) throw error;
    return failed(
      'timeout',
      `Another credential or process is sending the same login: ${abortReason(signal)}`,
    );
  }
}
