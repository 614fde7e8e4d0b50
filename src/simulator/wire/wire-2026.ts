import { layoutOf } from './layout.ts';
import type { WireFormat } from './wire-format.ts';

const LIMITS = [
  'docker-ratelimit-source',
  'x-ratelimit-limit',
  'ratelimit-limit',
  'x-ratelimit-remaining',
  'ratelimit-remaining',
  'strict-transport-security',
];
/** No capture of a 404; ordered as manifests are. */
const ERROR = layoutOf(
  'date',
  'content-type',
  'content-length',
  'docker-distribution-api-version',
  ...LIMITS,
);
/** 2026-07-15; Cloudflare stands in front. */
const TOKEN = layoutOf(
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

/** Since July 2026: HTTP/2, both spellings of the limit, accounts by name, HEAD 429 when nothing is left. */
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
      ...LIMITS,
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
    'not-found': ERROR,
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
    listing: ERROR,
    'blob-redirect': layoutOf(
      'date',
      'content-type',
      'content-length',
      'docker-distribution-api-version',
      'location',
      'strict-transport-security',
    ),
    blob: layoutOf('date', 'content-type', 'content-length', 'content-range', 'accept-ranges', 'etag'),
    token: TOKEN,
    'token-refused': TOKEN,
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
