import { layoutOf } from './layout.ts';
import { WIRE_2020 } from './wire-2020.ts';
import type { WireFormat } from './wire-format.ts';

/** 2022-12-21 (charliecloud 1516). */
const UNAUTHORIZED = layoutOf(
  'content-type',
  'docker-distribution-api-version',
  'www-authenticate',
  'date',
  'content-length',
  'strict-transport-security',
  'docker-ratelimit-source',
);
/** No capture; ordered as the 401, with the limit where manifests have it. */
const ERROR = layoutOf(
  'content-type',
  'docker-distribution-api-version',
  'date',
  'content-length',
  'strict-transport-security',
  'ratelimit-limit',
  'ratelimit-remaining',
  'docker-ratelimit-source',
);
const TOKEN = layoutOf('content-type', 'date', 'strict-transport-security');

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
    unauthorized: UNAUTHORIZED,
    'not-found': ERROR,
    'pull-limit': ERROR,
    listing: ERROR,
    'blob-redirect': layoutOf(
      'content-type',
      'docker-distribution-api-version',
      'location',
      'date',
      'content-length',
    ),
    blob: layoutOf('content-type', 'content-length', 'content-range', 'accept-ranges', 'etag', 'date'),
    token: TOKEN,
    'token-refused': TOKEN,
  },
  exhaustedHead: 200,
  accountSource: 'uuid',
  tokenLimitHeaders: false,
  tokenId: 'prefixed',
  pullLimitMessage: WIRE_2020.pullLimitMessage,
};
