import { createHash } from 'node:crypto';
import type { Account } from '../accounts.ts';
import type { WireFormat } from '../wire/wire-format.ts';

/** Seconds a token is good for (every capture since 2020). */
export const TOKEN_SECONDS = 300;

/** What a token allows, and who it stands for. */
export interface Grant {
  /** Undefined for anonymous. */
  readonly account: Account | undefined;
  /** Repositories that may be pulled. */
  readonly repositories: readonly string[];
  /** The token's `jti`, which the 429 text repeats to signed-in users. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** What a token is asked for. */
export interface GrantRequest {
  readonly account: Account | undefined;
  readonly repositories: readonly string[];
  /** The pull limit the token claims, as a text of a number; undefined for those nobody meters. */
  readonly pullLimit: string | undefined;
}

/** Issues tokens and knows them again. */
export interface Tokens {
  issue(request: GrantRequest, form: WireFormat['tokenId'], now: number): string;
  /** Undefined for a token that was never issued or has expired. */
  check(token: string, now: number): Grant | undefined;
  /** A token to get tokens with, good until it is asked for an account that is gone. */
  issueRefreshToken(account: Account): string;
  /** The account's name. */
  checkRefreshToken(token: string): string | undefined;
}

/**
 * The claim has said six hours since 2020, also where the headers say one (capture of 2026-03-24 beside those of
 * 2026-07-15): it is stale.
 */
const CLAIMED_INTERVAL = '21600';
/** As long as the signature of RS256 with a key of 2048 bits. */
const SIGNATURE_BYTES = 256;
const SHORT_ID_LENGTH = 20;

/** Starts without tokens: a client's token of an earlier run is not known any more. */
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

/** Tokens expire in the order they were issued in. */
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

/** Claims in the order of the captures (2020-10-31 and 2026-03-24). */
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

/** Shaped as a JSON web token; the signature is one only in length, for the hub looks tokens up. */
function sign(claims: object): string {
  const head = Buffer.from('{"typ":"JWT","alg":"RS256"}').toString('base64url');
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
  const signature = createHash('shake256', { outputLength: SIGNATURE_BYTES })
    .update(body)
    .digest('base64url');
  return `${head}.${body}.${signature}`;
}
