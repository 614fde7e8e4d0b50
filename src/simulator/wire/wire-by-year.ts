import { layoutOf, type WireFormat } from './wire-format.ts';

/** Error responses, as captured on 2021-08-12 (containers/image, docker/errors_test.go). */
const ERROR_2020 = layoutOf(
  'Connection',
  'Content-Length',
  'Content-Type',
  'Date',
  'Docker-Distribution-Api-Version',
  'Ratelimit-Limit',
  'Ratelimit-Remaining',
  'Strict-Transport-Security',
  'Www-Authenticate',
);
const TOKEN_2020 = layoutOf('Content-Type', 'Date', 'Strict-Transport-Security');

/** November 2020 to 2021: HTTP/1.1, capital letters, no source. Manifests as captured on 2020-11-20 (docker/getting-started 101). */
export const WIRE_2020: WireFormat = {
  http2: false,
  layouts: {
    manifest: layoutOf(
      'Content-Length',
      'Content-Type',
      'Docker-Content-Digest',
      'Docker-Distribution-Api-Version',
      'Etag',
      'Date',
      'Strict-Transport-Security',
      'RateLimit-Limit',
      'RateLimit-Remaining',
    ),
    unauthorized: ERROR_2020,
    'not-found': ERROR_2020,
    'pull-limit': ERROR_2020,
    listing: ERROR_2020,
    'blob-redirect': layoutOf(
      'Content-Type',
      'Docker-Distribution-Api-Version',
      'Location',
      'Date',
      'Content-Length',
    ),
    blob: layoutOf('Content-Type', 'Content-Length', 'Content-Range', 'Accept-Ranges', 'Etag', 'Date'),
    token: TOKEN_2020,
    'token-refused': TOKEN_2020,
  },
  exhaustedHead: 200,
  accountSource: 'uuid',
  tokenLimitHeaders: false,
  tokenId: 'short',
  pullLimitMessage: () =>
    'You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
};

/** The 401, as captured on 2022-12-21 (charliecloud 1516). */
const UNAUTHORIZED_2022 = layoutOf(
  'content-type',
  'docker-distribution-api-version',
  'www-authenticate',
  'date',
  'content-length',
  'strict-transport-security',
  'docker-ratelimit-source',
);
/** No capture exists: the order of the 401, with the limit headers of manifests. */
const ERROR_2022 = layoutOf(
  'content-type',
  'docker-distribution-api-version',
  'date',
  'content-length',
  'strict-transport-security',
  'ratelimit-limit',
  'ratelimit-remaining',
  'docker-ratelimit-source',
);
const TOKEN_2022 = layoutOf('content-type', 'date', 'strict-transport-security');

/** 2022 to 2025: lower case, with a source. Manifests as in five captures from 2022-09-08 to 2025-05-12. */
export const WIRE_2022: WireFormat = {
  http2: false,
  layouts: {
    manifest: layoutOf(
      'content-length',
      'content-type',
      'docker-content-digest',
      'docker-distribution-api-version',
      'etag',
      'date',
      'strict-transport-security',
      'ratelimit-limit',
      'ratelimit-remaining',
      'docker-ratelimit-source',
    ),
    unauthorized: UNAUTHORIZED_2022,
    'not-found': ERROR_2022,
    'pull-limit': ERROR_2022,
    listing: ERROR_2022,
    'blob-redirect': layoutOf(
      'content-type',
      'docker-distribution-api-version',
      'location',
      'date',
      'content-length',
    ),
    blob: layoutOf('content-type', 'content-length', 'content-range', 'accept-ranges', 'etag', 'date'),
    token: TOKEN_2022,
    'token-refused': TOKEN_2022,
  },
  exhaustedHead: 200,
  accountSource: 'uuid',
  tokenLimitHeaders: false,
  tokenId: 'prefixed',
  pullLimitMessage: WIRE_2020.pullLimitMessage,
};

const LIMITS_2026 = [
  'docker-ratelimit-source',
  'x-ratelimit-limit',
  'ratelimit-limit',
  'x-ratelimit-remaining',
  'ratelimit-remaining',
  'strict-transport-security',
];
/** No capture of a 404 exists: the order of manifests. */
const ERROR_2026 = layoutOf(
  'date',
  'content-type',
  'content-length',
  'docker-distribution-api-version',
  ...LIMITS_2026,
);
/** Token responses, as captured on 2026-07-15, with headers of Cloudflare. */
const TOKEN_2026 = layoutOf(
  'date',
  'content-type',
  'x-trace-id',
  'x-trace-sampled',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'strict-transport-security',
  'cf-cache-status',
  'set-cookie',
  'server',
  'cf-ray',
);

/** Since July 2026: HTTP/2, both spellings of the limit, accounts by name, HEAD 429 when no pulls are left. */
export const WIRE_2026: WireFormat = {
  http2: true,
  layouts: {
    manifest: layoutOf(
      'date',
      'content-type',
      'content-length',
      'docker-content-digest',
      'docker-distribution-api-version',
      'etag',
      ...LIMITS_2026,
    ),
    unauthorized: layoutOf(
      'date',
      'content-type',
      'content-length',
      'docker-distribution-api-version',
      'www-authenticate',
      'docker-ratelimit-source',
      'strict-transport-security',
    ),
    'not-found': ERROR_2026,
    /** The capture of 2026-08-24 has these three of the limit headers, in this order. */
    'pull-limit': layoutOf(
      'date',
      'content-type',
      'content-length',
      'docker-distribution-api-version',
      'x-ratelimit-limit',
      'x-ratelimit-remaining',
      'docker-ratelimit-source',
      'strict-transport-security',
    ),
    listing: ERROR_2026,
    'blob-redirect': layoutOf(
      'date',
      'content-type',
      'content-length',
      'docker-distribution-api-version',
      'location',
      'strict-transport-security',
    ),
    blob: layoutOf('date', 'content-type', 'content-length', 'content-range', 'accept-ranges', 'etag'),
    token: TOKEN_2026,
    'token-refused': TOKEN_2026,
  },
  exhaustedHead: 429,
  accountSource: 'name',
  tokenLimitHeaders: true,
  tokenId: 'prefixed',
  pullLimitMessage: (account, tokenId) =>
    account === undefined
      ? 'You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit'
      : `You have reached your pull rate limit as '${account}': ${tokenId}. You may increase the limit by upgrading. https://www.docker.com/increase-rate-limit`,
};
