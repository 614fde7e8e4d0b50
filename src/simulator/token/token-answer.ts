import type { Hub } from '../hub.ts';
import type { RequestCount } from '../metering/request-limit.ts';
import type { Visit } from '../visit.ts';
import { httpDate } from '../wire/http-date.ts';
import { layHeaders } from '../wire/layout.ts';
import type { Answer } from '../wire/reply.ts';

/**
 * An answer of the token service. Since 2026 it states the limit of the host itself, in the names of the pull limit
 * (`x-ratelimit-*`): a reader that does not look where it comes from sees a limit of 3000.
 */
export function tokenAnswer(
  hub: Hub,
  visit: Visit,
  count: RequestCount,
  status: number,
  body: string,
): Answer {
  const layout = visit.profile.wire.layouts[status === 200 ? 'token' : 'token-refused'];
  const headers = layHeaders(layout, {
    date: httpDate(visit.now),
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
