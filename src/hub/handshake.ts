import type { Credential } from '../domain/credential.ts';
import { type ImageReference, MANIFEST_ACCEPT, manifestReference } from '../domain/image-reference.ts';
import { type Failed, failed, type Reading, readAnswer } from '../domain/reading.ts';
import type { Clock } from '../kit/clock.ts';
import type { Secret } from '../kit/secret.ts';
import { type BearerChallenge, findBearerChallenge } from './bearer-challenge.ts';
import type { Exchange, HubAnswer, HubRequest } from './exchange.ts';
import { fetchToken, type HubContext, type OpenedLogin, openLogin } from './fetch-token.ts';
import { isLive, liveToken, type Session } from './session.ts';

/**
 * Returns a HEAD request for the manifest of an image. A HEAD costs no pull, a GET would cost one
 * (https://docs.docker.com/docker-hub/usage/pulls/).
 * @param hub base URL of the registry
 * @param token sent as `Authorization: Bearer`; undefined sends no header
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

/** Contains the state and the dependencies of one running probe. */
interface ProbeContext {
  readonly credential: Credential;
  readonly session: Session;
  readonly hubContext: HubContext;
  readonly clock: Clock;
  /** Sends the requests of this probe. */
  readonly exchange: Exchange;
  /** Aborts the probe at its deadline or when its caller cancels it. */
  readonly signal: AbortSignal;
}

/**
 * Probes one credential: requests from the hub how many pulls it has left, and fetches a token if necessary.
 *
 * The handshake (https://distribution.github.io/distribution/spec/auth/token/):
 *
 *     1.  HEAD /v2/<repository>/manifests/<tag>                      401, with the challenge: where to get a token
 *     2.  GET or POST <realm>?service=…&scope=… with the login       200, with a token for 5 minutes
 *     3.  HEAD /v2/<repository>/manifests/<tag> with the token       200, with the limit in its headers
 *
 * Each probe reads the login first. A stored token is not used after its login was replaced, since it would hide that the
 * new login is wrong. If the login cannot be read, the probe fails without a request.
 *
 * The session stores the challenge, so that step 1 happens once, and the token, so that step 2 happens every fifth minute.
 * The usual probe is one HEAD. A 401 in step 3 for a stored token leads back to step 2, once, with the challenge of that
 * 401. A 401 for a token that was just fetched is the result.
 *
 * If an answer has no limits although the last one had them, the token may be the cause (old tokens have led to such
 * answers). A second request with a fresh token decides. Later answers count as they are, see `conclude` in credential-state.ts.
 * @returns the reading; failures are readings too. Rejects on unexpected errors only.
 */
export async function runHandshake(context: ProbeContext): Promise<Reading> {
  const { session, hubContext, credential, signal } = context;
  const opened = await openLogin(hubContext, credential, signal);
  if (opened.kind !== 'opened') return opened;
  let reading = await probeWithStoredToken(context, opened);
  if (reading.kind === 'unmetered' && session.hadLimits) {
    reading = await probeWithFreshToken(context, opened);
  }
  if (reading.kind === 'metered' || reading.kind === 'unmetered') {
    session.hadLimits = reading.kind === 'metered';
  }
  return reading;
}

async function probeWithStoredToken(context: ProbeContext, opened: OpenedLogin): Promise<Reading> {
  const { session, clock } = context;
  if (session.tokenLogin !== opened.key || !isLive(session.token, clock.monotonicMs())) {
    return await probeWithFreshToken(context, opened);
  }
  const answer = await sendManifestRequest(context, session.token.token);
  if (answer.kind === 'failed') return answer;
  if (answer.status !== 401) return readAnswer(answer, clock.now());
  session.challenge = findBearerChallenge(answer.header('www-authenticate')) ?? session.challenge;
  return await probeWithFreshToken(context, opened);
}

async function probeWithFreshToken(context: ProbeContext, opened: OpenedLogin): Promise<Reading> {
  const { session, hubContext, credential, clock, exchange, signal } = context;
  session.token = undefined;
  const held = opened.key === undefined ? undefined : await hubContext.lockout.heldBack(opened.key);
  if (held) return held;

  const challenge = session.challenge ?? (await requestChallenge(context));
  if ('kind' in challenge) return challenge;
  session.challenge = challenge;

  const grant = await fetchToken(hubContext, credential, challenge, opened, exchange, signal);
  if (grant.kind !== 'granted') {
    // The token service may have moved, or a proxy sent the challenge: the next probe requests the challenge again.
    if (grant.kind === 'failed' && grant.reason !== 'unauthorized') session.challenge = undefined;
    return grant;
  }
  session.token = liveToken(grant, clock.monotonicMs());
  session.tokenLogin = opened.key;

  const answer = await sendManifestRequest(context, grant.token);
  if (answer.kind === 'failed') return answer;
  if (answer.status !== 401) return readAnswer(answer, clock.now());
  session.token = undefined;
  return readRefusal(answer, credential);
}

/** Executes step 1. Returns the reading instead if the hub answers without requiring a token. */
async function requestChallenge(context: ProbeContext): Promise<BearerChallenge | Reading> {
  const answer = await sendManifestRequest(context, undefined);
  if (answer.kind === 'failed') return answer;
  if (answer.status !== 401) return readAnswer(answer, context.clock.now());
  return (
    findBearerChallenge(answer.header('www-authenticate')) ??
    failed('unexpected_response', 'The hub answered 401 without a Bearer challenge')
  );
}

function sendManifestRequest({ credential, hubContext, exchange }: ProbeContext, token: Secret | undefined) {
  return exchange(manifestRequest(hubContext.hub, credential.image, token, hubContext.userAgent));
}

/** Returns the failure for a 401 to a token that was just fetched. The token service had accepted the login. */
function readRefusal(answer: HubAnswer, { image }: Credential): Failed {
  const error = findBearerChallenge(answer.header('www-authenticate'))?.error;
  if (error === 'insufficient_scope') {
    return failed('not_found', `The repository does not exist or is private: ${image.path}`);
  }
  return failed('unauthorized', 'The hub answered 401 to a token that was just granted');
}
