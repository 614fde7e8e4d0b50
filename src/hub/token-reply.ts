import type { Login } from '../domain/credential.ts';
import { type Blocked, blocked, type Failed, failed } from '../domain/reading.ts';
import { quoteForeign } from '../kit/foreign-text.ts';
import { REDACTED, Secret } from '../kit/secret.ts';
import type { HubAnswer } from './exchange.ts';

/**
 * Takes a login's secret out of what the answer to it says. Docker does not repeat passwords, but what answers in its
 * place may: a proxy that shows the request it refuses, a hub of somebody's own. `redact` cannot know a bare password.
 */
export function hideLogin(text: string, login: Login | undefined): string {
  if (!login) return text;
  return formsOf(login)
    .toSorted((a, b) => b.length - a.length)
    .reduce((safe, form) => safe.replaceAll(form, REDACTED), text);
}

/** How the secret may come back: as it is, as it was sent, or as a part of a URL or of JSON. */
function formsOf(login: Login): string[] {
  const secret = (login.kind === 'password' ? login.password : login.token).reveal();
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  if (login.kind === 'password') forms.push(Buffer.from(`${login.username}:${secret}`).toString('base64'));
  return forms;
}

/** A token, and how long it may be used. */
export interface Grant {
  readonly kind: 'granted';
  readonly token: Secret;
  /** Seconds from receipt; 300 at Docker Hub. */
  readonly lifetimeSeconds: number;
}

/** Lifetime where none is given, and the shortest that is believed, in seconds (distribution's token specification). */
const MIN_LIFETIME_SECONDS = 60;
/** The longest lifetime that is believed, in seconds (1 hour): a refused token is replaced at once anyway. */
const MAX_LIFETIME_SECONDS = 3_600;
/** What may stand in an `Authorization: Bearer` header. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;
const LOGIN_LOCKED = /too many failed login attempts/i;

/**
 * Reads the answer of the token service. Its `x-ratelimit-*` headers state its own limit (3000 a minute), which has
 * nothing to do with pulls; nobody looks at them.
 * @param now milliseconds since the epoch, for a `Retry-After` given as a date
 * @param login what was sent, so that an answer that repeats it gives nothing away
 */
export function readTokenReply(
  answer: HubAnswer,
  now: number,
  login: Login | undefined,
): Grant | Blocked | Failed {
  const { status, header, body } = answer;
  if (body === undefined) return failed('token_error', 'The token service sent more than 64 KiB');
  if (status === 200) return readGrant(body, header('content-type'));
  const says = `The token service answered ${status}${explanation(body, login)}`;
  if (status === 429) {
    return blocked(LOGIN_LOCKED.test(body) ? 'login' : 'abuse', header('retry-after'), now);
  }
  if (status === 401 || isInvalidGrant(status, body)) return failed('unauthorized', says);
  if (status === 403) return failed('forbidden', says);
  if (status === 407) return failed('proxy', says);
  return failed(status >= 500 ? 'server_error' : 'token_error', says);
}

function readGrant(body: string, contentType: string | undefined): Grant | Failed {
  const reply = parseObject(body);
  if (!reply) {
    const type = contentType === undefined ? '' : `: ${quoteForeign(contentType)}`;
    return failed('token_error', `The token service's answer is not a JSON object${type}`);
  }
  // Either name is allowed; the GET form sends both with one value, the POST form `access_token` only.
  const token = [reply.token, reply.access_token].find((value) => typeof value === 'string' && value !== '');
  if (typeof token !== 'string') return failed('token_error', 'The token service granted no token');
  if (!HEADER_SAFE.test(token)) return failed('token_error', 'The token service granted an unusable token');
  const stated = typeof reply.expires_in === 'number' ? reply.expires_in : MIN_LIFETIME_SECONDS;
  const lifetimeSeconds = Math.min(Math.max(stated, MIN_LIFETIME_SECONDS), MAX_LIFETIME_SECONDS);
  return { kind: 'granted', token: new Secret(token), lifetimeSeconds };
}

/** RFC 6749, section 5.2: how the OAuth2 form says that the identity token is no good. */
function isInvalidGrant(status: number, body: string): boolean {
  return status === 400 && parseObject(body)?.error === 'invalid_grant';
}

/** The service's own words, in the shapes that Docker, distribution and OAuth2 give them. */
function explanation(body: string, login: Login | undefined): string {
  const reply = parseObject(body);
  const first = Array.isArray(reply?.errors) ? reply.errors[0]?.message : undefined;
  const words = [reply?.details, reply?.detail, reply?.message, first, reply?.error_description];
  const text = words.find((word) => typeof word === 'string' && word !== '');
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
