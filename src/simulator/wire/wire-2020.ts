import { layoutOf } from './layout.ts';
import type { WireFormat } from './wire-format.ts';

/** Error answers as the captures of 2021-08-12 have them (containers/image, docker/errors_test.go). */
const ERROR = layoutOf(
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
const TOKEN = layoutOf('Content-Type', 'Date', 'Strict-Transport-Security');

/** November 2020 to 2021: HTTP/1.1, capital letters, no source. Manifests as on 2020-11-20 (docker/getting-started 101). */
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
    unauthorized: ERROR,
    'not-found': ERROR,
    'pull-limit': ERROR,
    listing: ERROR,
    'blob-redirect': layoutOf(
      'Content-Type',
      'Docker-Distribution-Api-Version',
      'Location',
      'Date',
      'Content-Length',
    ),
    blob: layoutOf('Content-Type', 'Content-Length', 'Content-Range', 'Accept-Ranges', 'Etag', 'Date'),
    token: TOKEN,
    'token-refused': TOKEN,
  },
  exhaustedHead: 200,
  accountSource: 'uuid',
  tokenLimitHeaders: false,
  tokenId: 'short',
  pullLimitMessage: () =>
    'You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
};
