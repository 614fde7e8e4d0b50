import type { Credential } from '../domain/credential.ts';
import { type ImageReference, MANIFEST_ACCEPT, manifestReference } from '../domain/image-reference.ts';
import { type Failed, failed, type Reading, readAnswer } from '../domain/reading.ts';
import type { Clock } from '../kit/clock.ts';
import type { Secret } from '../kit/secret.ts';
import { type BearerChallenge, findBearerChallenge } from './bearer-challenge.ts';
import type { Exchange, HubAnswer, HubRequest } from './exchange.ts';
import { isLive, liveToken, type Session } from './session.ts';
import { fetchToken, type Opened, openLogin, type TokenContext } from './token-cache.ts';

/**
 * Asks for the head of a manifest: that costs no pull, a GET would cost one
 * (https://docs.docker.com/docker-hub/usage/pulls/).
 */
export function manifestRequest(
  hub: URL,
  image: ImageReference,
  token: Secret | undefined,
  userAgent: string,
): HubRequest {
  const prefix = hub.pathname.replace(/\/+$/, '');
  const headers = { accept: MANIFEST_ACCEPT, 'user-agent': userAgent };
  return {
    peer: `the hub at ${hub.host}`,
    method: 'HEAD',
    url: new URL(`${prefix}/v2/${image.path}/manifests/${manifestReference(image)}`, hub),
    headers: token ? { ...headers, authorization: `Bearer ${token.reveal()}` } : headers,
  };
}

/** One probe under way. */
interface Conversation {
  readonly credential: Credential;
  readonly session: Session;
  readonly desk: TokenContext;
  readonly clock: Clock;
  readonly exchange: Exchange;
  readonly signal: AbortSignal;
}

/**
 * Asks the hub how many pulls a credential has left.
 *
 * The handshake (https://distribution.github.io/distribution/spec/auth/token/):
 *
 *     1.  HEAD /v2/<repository>/manifests/<tag>                      401, with the challenge: where to get a token
 *     2.  GET or POST <realm>?service=…&scope=… with the login       200, with a token for 5 minutes
 *     3.  HEAD /v2/<repository>/manifests/<tag> with the token       200, with the limit in its headers
 *
 * The login is read first, at each probe: a token whose login has been replaced is not used any more, since it would hide
 * that the new login is wrong. Unless it is read, nothing is asked.
 *
 * The challenge is remembered, so that step 1 happens once; so is the token, so that step 2 happens every fifth minute.
 * What remains is one HEAD. A 401 in step 3 for a token that was remembered leads back to step 2, once: the 401 brings
 * the challenge anew. A 401 for a token just fetched is an answer.
 *
 * An answer without limits where there were some can be the token's fault (an old one has been seen to give such
 * answers): a fresh token and a second question decide. Later ones count as they are, see `conclude` in outcome.ts.
 */
export async function converse(conversation: Conversation): Promise<Reading> {
  const { session, desk, credential, signal } = conversation;
  const opened = await openLogin(desk, credential, signal);
  if (opened.kind !== 'opened') return opened;
  let reading = await ask(conversation, opened);
  if (reading.kind === 'unmetered' && session.hadLimits) {
    reading = await askWithFreshToken(conversation, opened);
  }
  if (reading.kind === 'metered' || reading.kind === 'unmetered') {
    session.hadLimits = reading.kind === 'metered';
  }
  return reading;
}

async function ask(conversation: Conversation, opened: Opened): Promise<Reading> {
  const { session, clock } = conversation;
  if (session.tokenLogin !== opened.key || !isLive(session.token, clock.monotonicMs())) {
    return await askWithFreshToken(conversation, opened);
  }
  const answer = await head(conversation, session.token.token);
  if (answer.kind === 'failed') return answer;
  if (answer.status !== 401) return readAnswer(answer, clock.now());
  session.challenge = findBearerChallenge(answer.header('www-authenticate')) ?? session.challenge;
  return await askWithFreshToken(conversation, opened);
}

async function askWithFreshToken(conversation: Conversation, opened: Opened): Promise<Reading> {
  const { session, desk, credential, clock, exchange, signal } = conversation;
  session.token = undefined;
  const held = opened.key === undefined ? undefined : await desk.lockout.heldBack(opened.key);
  if (held) return held;

  const challenge = session.challenge ?? (await askForChallenge(conversation));
  if ('kind' in challenge) return challenge;
  session.challenge = challenge;

  const grant = await fetchToken(desk, credential, challenge, opened, exchange, signal);
  if (grant.kind !== 'granted') {
    // The service may have moved, or the challenge was never the hub's own: the hub is asked again where it is.
    if (grant.kind === 'failed' && grant.reason !== 'unauthorized') session.challenge = undefined;
    return grant;
  }
  session.token = liveToken(grant, clock.monotonicMs());
  session.tokenLogin = opened.key;

  const answer = await head(conversation, grant.token);
  if (answer.kind === 'failed') return answer;
  if (answer.status !== 401) return readAnswer(answer, clock.now());
  session.token = undefined;
  return refusal(answer, credential);
}

/** Step 1. A hub that answers without asking for a token has thereby answered. */
async function askForChallenge(conversation: Conversation): Promise<BearerChallenge | Reading> {
  const answer = await head(conversation, undefined);
  if (answer.kind === 'failed') return answer;
  if (answer.status !== 401) return readAnswer(answer, conversation.clock.now());
  return (
    findBearerChallenge(answer.header('www-authenticate')) ??
    failed('unexpected_response', 'The hub answered 401 without saying where to get a token')
  );
}

function head({ credential, desk, exchange }: Conversation, token: Secret | undefined) {
  return exchange(manifestRequest(desk.hub, credential.image, token, desk.userAgent));
}

/** A 401 for a token just fetched. The login was good, or there would be no token. */
function refusal(answer: HubAnswer, { image }: Credential): Failed {
  const error = findBearerChallenge(answer.header('www-authenticate'))?.error;
  if (error === 'insufficient_scope') {
    return failed('not_found', `The repository does not exist or is private: ${image.path}`);
  }
  return failed('unauthorized', 'The hub answered 401 to a token that was just granted');
}
