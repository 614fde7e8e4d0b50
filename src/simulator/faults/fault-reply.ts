import type { HandledRequest, RequestContext } from '../request-context.ts';
import { errorBody, plainAnswer, type Reply } from '../wire/messages.ts';
import type { Endpoint, FaultName } from './faults.ts';

/** `Retry-After` of a captured abuse response, in seconds (hub-feedback 1907, 2020-10-25). */
const RETRY_AFTER = ['Retry-After', '60'];
/** The abuse response of 2020, which has line feeds without carriage returns (hub-feedback 1907). */
const BARE_LF_ABUSE =
  'HTTP/1.1 429 Too Many Requests\nCache-Control: no-cache\nConnection: close\nContent-Type: text/plain\nRetry-After: 60\n\nToo Many Requests (HAP429).\n';
/** The HTML page of HAProxy during outages. */
const UNAVAILABLE_PAGE =
  '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n';
const PORTAL_PAGE =
  '<!DOCTYPE html>\n<html><head><title>Sign in to the network</title></head><body>Please sign in.</body></html>\n';
const HUGE_BYTES = 16 * 1_024 * 1_024;

/** Returns the reply of a fault, the same at every endpoint; undefined for a fault that only changes the hub's response. */
function faultReply(fault: FaultName, endpoint: Endpoint): Reply | undefined {
  switch (fault) {
    case 'hang':
    case 'reset':
      return { kind: fault };
    case 'abuse':
      return plainAnswer(429, 'text/plain', 'Too Many Requests\n', ...RETRY_AFTER);
    case 'abuse-without-retry-after':
      return plainAnswer(429, 'text/plain', 'Too Many Requests\n');
    case 'abuse-bare-lf':
      return {
        kind: 'raw',
        text: BARE_LF_ABUSE,
        answer: plainAnswer(429, 'text/plain', 'Too Many Requests (HAP429).\n', ...RETRY_AFTER),
      };
    case 'forbidden':
      return plainAnswer(
        403,
        'application/json',
        errorBody('DENIED', 'requested access to the resource is denied'),
      );
    case 'server-error':
      return plainAnswer(500, 'text/plain; charset=utf-8', 'Internal Server Error\n');
    case 'unavailable':
      return plainAnswer(503, 'text/html', UNAVAILABLE_PAGE, 'Cache-Control', 'no-cache');
    case 'captive-portal':
      return plainAnswer(200, 'text/html; charset=utf-8', PORTAL_PAGE);
    case 'redirect':
      return plainAnswer(302, 'text/html', '', 'Location', 'https://login.example/');
    case 'not-found':
      return endpoint === 'manifest' ? undefined : plainAnswer(404, 'text/plain', '404 page not found\n');
    case 'no-token':
      return plainAnswer(200, 'application/json', '{"expires_in":300}\n');
    case 'huge-token':
      return plainAnswer(200, 'application/json', `{"token":"${'x'.repeat(HUGE_BYTES)}"}\n`);
    default:
      return undefined;
  }
}

/** The response of the hub without faults, with its cost in pulls. */
export interface HubReply {
  readonly reply: Reply;
  /** Pulls; none unless given. */
  readonly pulls?: number;
}

/**
 * Returns the reply of the newest fault that has one, or the response of the hub.
 * @param answer computes the response of the hub; not called if a fault replies in its place
 */
export function applyFaults(
  context: RequestContext,
  say: (context: RequestContext) => HubReply,
): HandledRequest {
  const { source, faults } = context;
  for (const fault of faults) {
    const reply = faultReply(fault, context.endpoint);
    if (reply) return { reply, source, pulls: 0 };
  }
  const { reply, pulls = 0 } = say(context);
  const isSlow = reply.kind === 'answer' && faults.includes('slow');
  return { reply: isSlow ? { kind: 'drip', answer: reply } : reply, source, pulls };
}
