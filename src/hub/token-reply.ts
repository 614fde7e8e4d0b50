import type { Login } from '../domain/credential.ts';
import { type Blocked, blocked, type Failed, failed } from '../domain/reading.ts';
import { quoteForeign } from '../kit/foreign-text.ts';
import { REDACTED, Secret } from '../kit/secret.ts';
import type { HubAnswer } from './exchange.ts';

/**
 * Replaces the secret of a login in the text of an answer. Docker does not repeat passwords, but other servers may: a proxy
 * that prints the rejected request, or a private registry. `redact` cannot recognise a bare password.
 */
export function hideLogin(text: string, login: Login | undefined): string {
  if (!login) return text;
  return formsOf(login)
    .toSorted((a, b) => b.length - a.length)
    .reduce((safe, form) => safe.replaceAll(form, REDACTED), text);
}

/** Returns the forms in which the secret may appear: plain, as part of a URL or of JSON, and in Base64 as it was sent. */
function formsOf(login: Login): string[] {
  const secret = (login.kind === 'password' ? login.password : login.token).reveal();
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  if (login.kind === 'password') forms.push(Buffer.from(`${login.username}:${secret}`).toString('base64'));
  return forms;
}

/** Contains a granted token and its lifetime. */
export interface Grant {
  readonly kind: 'granted';
  readonly token: Secret;
  /** Lifetime in seconds from receipt. Docker Hub grants 300. */
  readonly lifetimeSeconds: number;
}

/** Lifetime if the reply states none, and the shortest one used, in seconds (distribution's token specification). */
const MIN_LIFETIME_SECONDS = 60;
/** The longest lifetime used, in seconds (1 hour). A rejected token is replaced at once in any case. */
const MAX_LIFETIME_SECONDS = 3_600;
/** The characters allowed in an `Authorization: Bearer` header. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;
const LOGIN_LOCKED = /too many failed login attempts/i;

/**
 * Reads the reply of the token service. Its `x-ratelimit-*` headers are ignored: they state the limit of the token service
 * (3000 requests a minute), not of pulls.
 * @param now milliseconds since the epoch, for a `Retry-After` with a date
 * @param login the login that was sent; its secret is removed from the message of a failure
 * @returns the token, or the reading if none was granted
 */
export function readTokenReply(
  answer: HubAnswer,
  now: number,
  login: Login | undefined,
): Grant | Blocked | Failed {
  const { status, header, body } = answer;
  if (body === undefined) return failed('token_error', 'The token service sent more than 64 KiB');
  if (status === 200) return readGrant(body, header('content-type'));
  const message = `The token service answered ${status}${explanation(body, login)}`;
  if (status === 429) {
    return blocked(LOGIN_LOCKED.test(body) ? 'login' : 'abuse', header('retry-after'), now);
  }
  if (status === 401 || isInvalidGrant(status, body)) return failed('unauthorized', message);
  if (status === 403) return failed('forbidden', message);
  if (status === 407) return failed('proxy', message);
  return failed(status >= 500 ? 'server_error' : 'token_error', message);
}

function readGrant(body: string, contentType: string | undefined): Grant | Failed {
  const reply = parseObject(body);
  if (!reply) {
    const type = contentType === undefined ? '' : `: ${quoteForeign(contentType)}`;
    return failed('token_error', `The token service's answer is not a JSON object${type}`);
  }
  // Both names are allowed: replies to GET have both with the same value, replies to POST have `access_token` only.
  const token = [reply.token, reply.access_token].find((value) => typeof value === 'string' && value !== '');
  if (typeof token !== 'string') return failed('token_error', 'The token service granted no token');
  if (!HEADER_SAFE.test(token)) return failed('token_error', 'The token service granted an unusable token');
  const stated = typeof reply.expires_in === 'number' ? reply.expires_in : MIN_LIFETIME_SECONDS;
  const lifetimeSeconds = Math.min(Math.max(stated, MIN_LIFETIME_SECONDS), MAX_LIFETIME_SECONDS);
  return { kind: 'granted', token: new Secret(token), lifetimeSeconds };
}

/** Reports whether the reply to a POST rejects the identity token (RFC 6749, section 5.2). */
function isInvalidGrant(status: number, body: string): boolean {
  return status === 400 && parseObject(body)?.error === 'invalid_grant';
}

/** Returns the message in a reply as `: <message>`, in the JSON formats of Docker, distribution and OAuth2; '' without one. */
function explanation(body: string, login: Login | undefined): string {
  const reply = parseObject(body);
  const first = Array.isArray(reply?.errors) ? reply.errors[0]?.message : undefined;
  const messages = [reply?.details, reply?.detail, reply?.message, first, reply?.error_description];
  const text = messages.find((message) => typeof message === 'string' && message !== '');
  return typeof text === 'string' ? `: ${quoteForeign(hideLogin(text, login))}` : '';
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
