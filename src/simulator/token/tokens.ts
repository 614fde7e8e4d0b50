import { createHash } from 'node:crypto';
import type { Account } from '../accounts.ts';
import type { WireFormat } from '../wire/wire-format.ts';

/** Lifetime of a token, in seconds (every capture since 2020). */
export const TOKEN_SECONDS = 300;

/** The account and permissions of a token. */
export interface Grant {
  /** Undefined for an anonymous client. */
  readonly account: Account | undefined;
  /** Repositories that may be pulled from. */
  readonly repositories: readonly string[];
  /** The claim `jti`, which the 429 text repeats to signed-in users. */
  readonly id: string;
  /** End of the lifetime, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Account, repositories and claims of a token to issue. */
export interface GrantRequest {
  readonly account: Account | undefined;
  readonly repositories: readonly string[];
  /** Claim `pull_limit`, a number as text; undefined for a client that is not metered. */
  readonly pullLimit: string | undefined;
}

/** Issues tokens and stores them. `now` is in milliseconds since the epoch. */
export interface Tokens {
  /** Returns a new token. */
  issue(request: GrantRequest, form: WireFormat['tokenId'], now: number): string;
  /** Returns the grant of a token; undefined if it was not issued here or has expired. */
  check(token: string, now: number): Grant | undefined;
  /** Returns a new refresh token, valid as long as the account exists. */
  issueRefreshToken(account: Account): string;
  /** Returns the account name of a refresh token; undefined if it was not issued here. */
  checkRefreshToken(token: string): string | undefined;
}

/**
 * Claim `pull_limit_interval`: six hours since 2020, even where the headers have one hour (captures of 2026-03-24 and
 * 2026-07-15).
 */
const CLAIMED_INTERVAL = '21600';
/** Length of a signature of RS256 with a key of 2048 bits. */
const SIGNATURE_BYTES = 256;
const SHORT_ID_LENGTH = 20;

/** Creates a store without tokens: tokens of an earlier run are invalid. */
export function createTokens(random: () => number): Tokens {
  const grants = new Map<string, Grant>();
  const refreshTokens = new Map<string, string>();
  let issued = 0;

  function draw(): Buffer {
    issued += 1;
    return createHash('sha1').update(`${issued} ${random()}`).digest();
  }

  return {
    issue(request, form, now) {
      forgetExpired(grants, now);
      const id = tokenId(draw(), form);
      const token = sign(claimsOf(request, id, Math.floor(now / 1_000)));
      const { account, repositories } = request;
      grants.set(token, { account, repositories, id, expiresAt: now + TOKEN_SECONDS * 1_000 });
      return token;
    },
    check(token, now) {
      const grant = grants.get(token);
      return grant && now < grant.expiresAt ? grant : undefined;
    },
    issueRefreshToken(account) {
      const token = `dckr_rt_${draw().toString('base64url')}`;
      refreshTokens.set(token, account.name);
      return token;
    },
    checkRefreshToken: (token) => refreshTokens.get(token),
  };
}

/** Removes expired tokens. Tokens expire in the order in which they were issued. */
function forgetExpired(grants: Map<string, Grant>, now: number): void {
  for (const [token, { expiresAt }] of grants) {
    if (expiresAt > now) return;
    grants.delete(token);
  }
}

function tokenId(bytes: Buffer, form: WireFormat['tokenId']): string {
  if (form === 'prefixed') return `dckr_jti_${bytes.toString('base64url')}=`;
  return bytes
    .toString('base64')
    .replace(/[^A-Za-z0-9]/g, '0')
    .slice(0, SHORT_ID_LENGTH);
}

/** Returns the claims in the order of the captures (2020-10-31 and 2026-03-24). */
function claimsOf(
  { account, repositories, pullLimit }: GrantRequest,
  id: string,
  issuedSeconds: number,
): object {
  const parameters =
    pullLimit === undefined
      ? {}
      : { parameters: { pull_limit: pullLimit, pull_limit_interval: CLAIMED_INTERVAL } };
  return {
    access: repositories.map((name) => ({ actions: ['pull'], name, ...parameters, type: 'repository' })),
    aud: 'registry.docker.io',
    exp: issuedSeconds + TOKEN_SECONDS,
    iat: issuedSeconds,
    iss: 'auth.docker.io',
    jti: id,
    nbf: issuedSeconds - TOKEN_SECONDS,
    sub: account?.uuid ?? '',
  };
}

/** Returns a JSON web token with a fake signature of the right length: the hub looks tokens up. */
function sign(claims: object): string {
  const head = Buffer.from('{"typ":"JWT","alg":"RS256"}').toString('base64url');
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
  const signature = createHash('shake256', { outputLength: SIGNATURE_BYTES })
    .update(body)
    .digest('base64url');
  return `${head}.${body}.${signature}`;
}
