import { type Account, isReadable } from '../accounts.ts';
import { applyFaults } from '../faults/fault-reply.ts';
import { sourceOfAddress } from '../metering/client-address.ts';
import type { RequestCount } from '../metering/request-limit.ts';
import {
  createRequestContext,
  type HandledRequest,
  type Hub,
  type RequestContext,
} from '../request-context.ts';
import type { Answer, HubRequest } from '../wire/messages.ts';
import { httpDate } from '../wire/messages.ts';
import { formatHeaders } from '../wire/wire-format.ts';
import { parseTokenRequest, type RequestedLogin, type TokenRequest } from './token-request.ts';
import { TOKEN_SECONDS } from './tokens.ts';

/**
 * Returns a response of the token service. Since 2026 it reports its own request limit in `x-ratelimit-*`, the names
 * that the registry uses for the pull limit: a client that mixes them up reads a pull limit of 3000.
 */
function tokenAnswer(
  hub: Hub,
  context: RequestContext,
  count: RequestCount,
  status: number,
  body: string,
): Answer {
  const layout = context.profile.wire.layouts[status === 200 ? 'token' : 'token-refused'];
  const headers = formatHeaders(layout, {
    date: httpDate(context.now),
    'content-type': 'application/json',
    'x-trace-id': hexDigits(hub.random, 32),
    'x-trace-sampled': 'false',
    'x-ratelimit-limit': `${count.limit}, ${count.limit};w=60`,
    'x-ratelimit-remaining': String(count.remaining),
    'x-ratelimit-reset': String(count.resetSeconds),
    'strict-transport-security': 'max-age=31536000',
    'cf-cache-status': 'DYNAMIC',
    'set-cookie': `__cf_bm=${hexDigits(hub.random, 32)}; HttpOnly; Path=/; Domain=auth.docker.io`,
    server: 'cloudflare',
    'cf-ray': `${hexDigits(hub.random, 16)}-ATL`,
  });
  return { kind: 'answer', status, headers, body };
}

function hexDigits(random: () => number, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
}

const WRONG_PASSWORD = 'incorrect username or password';
const LOCKED_OUT = 'too many failed login attempts for username or IP address';

type Login =
  | { readonly kind: 'accepted'; readonly account: Account | undefined }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'locked' };

/** Answers a token request like `auth.docker.io`. Every request counts towards the request limit of the service. */
export function answerToken(hub: Hub, request: HubRequest): HandledRequest {
  const tokenRequest = parseTokenRequest(request);
  const claimedName = claimedAccount(hub, tokenRequest.login);
  const context = createRequestContext(hub, request, {
    endpoint: 'token',
    account: claimedName === undefined ? undefined : hub.accounts.find(claimedName),
    claimedName,
    repositories: tokenRequest.repositories,
    isAuthorized: true,
  });
  const count = hub.tokenLimit.count(sourceOfAddress(request.address), context.now);
  return applyFaults(context, () => ({ reply: answerTokenRequest(hub, context, count, tokenRequest) }));
}

function answerTokenRequest(
  hub: Hub,
  context: RequestContext,
  count: RequestCount,
  tokenRequest: TokenRequest,
): Answer {
  if (!count.isAllowed) return refuse(hub, context, count, 429, 'Too Many Requests');
  const login = signIn(hub, context, tokenRequest.login);
  if (login.kind === 'wrong') return refuse(hub, context, count, 401, WRONG_PASSWORD);
  if (login.kind === 'locked') return refuse(hub, context, count, 429, LOCKED_OUT);
  const body = JSON.stringify(tokenBody(hub, context, tokenRequest, login.account));
  return tokenAnswer(hub, context, count, 200, body);
}

function claimedAccount(hub: Hub, login: RequestedLogin): string | undefined {
  if (login.kind === 'password') return login.name;
  return login.kind === 'refresh' ? hub.tokens.checkRefreshToken(login.token) : undefined;
}

function signIn(hub: Hub, { faults, now }: RequestContext, login: RequestedLogin): Login {
  if (faults.includes('unauthorized')) return { kind: 'wrong' };
  if (login.kind === 'anonymous') return { kind: 'accepted', account: undefined };
  if (faults.includes('login-locked')) return { kind: 'locked' };
  if (login.kind === 'password') return hub.accounts.login(login.name, login.password, now);
  const name = login.kind === 'refresh' ? hub.tokens.checkRefreshToken(login.token) : undefined;
  const account = name === undefined ? undefined : hub.accounts.find(name);
  return account ? { kind: 'accepted', account } : { kind: 'wrong' };
}

/** Fields in the order of the captures: GET (2020-11-01) and POST (2026-07-15). */
function tokenBody(
  hub: Hub,
  context: RequestContext,
  tokenRequest: TokenRequest,
  account: Account | undefined,
): object {
  const repositories = tokenRequest.repositories.filter((name) => isReadable(hub.images, name, account));
  const quota = hub.meter.quota(context.client, context.limits);
  const pullLimit = quota === undefined ? undefined : String(quota.limit);
  const token = hub.tokens.issue(
    { account, repositories, pullLimit },
    context.profile.wire.tokenId,
    context.now,
  );
  const isOauth2 = tokenRequest.form === 'oauth2';
  return {
    ...(isOauth2 || context.faults.includes('access-token-only') ? {} : { token }),
    access_token: token,
    ...(isOauth2 ? { scope: tokenRequest.scope } : {}),
    expires_in: TOKEN_SECONDS,
    issued_at: issuedAt(context.now, hub.random),
    ...(tokenRequest.isOffline && account ? { refresh_token: hub.tokens.issueRefreshToken(account) } : {}),
  };
}

/** Returns RFC 3339 with nine fractional digits. A millisecond clock has three; the others are random. */
function issuedAt(now: number, random: () => number): string {
  const digits = String(Math.floor(random() * 1_000_000)).padStart(6, '0');
  return new Date(now).toISOString().replace('Z', `${digits}Z`);
}

/** Returns an error in the older form, which moby and distribution also read. */
function refuse(
  hub: Hub,
  context: RequestContext,
  count: RequestCount,
  status: number,
  details: string,
): Answer {
  return tokenAnswer(hub, context, count, status, `${JSON.stringify({ details })}\n`);
}
