import { parseChallenges } from './challenge.ts';

/** Where and for what the hub wants a token to be asked for (https://distribution.github.io/distribution/spec/auth/token/). */
export interface BearerChallenge {
  /** The token service. */
  readonly realm: URL;
  readonly service: string | undefined;
  /** Such as `repository:library/nginx:pull`. */
  readonly scope: string | undefined;
  /** Why a token that was sent is not enough: `invalid_token`, `insufficient_scope`. */
  readonly error: string | undefined;
}

/**
 * Finds the first usable Bearer challenge of a `WWW-Authenticate` header.
 * @returns undefined when there is none, or its realm is not a URL
 */
export function findBearerChallenge(header: string | undefined): BearerChallenge | undefined {
  for (const { scheme, parameters } of parseChallenges(header ?? '')) {
    const realm = parameters.get('realm');
    if (scheme !== 'bearer' || realm === undefined || !URL.canParse(realm)) continue;
    return {
      realm: new URL(realm),
      service: parameters.get('service'),
      scope: parameters.get('scope'),
      error: parameters.get('error'),
    };
  }
  return undefined;
}
