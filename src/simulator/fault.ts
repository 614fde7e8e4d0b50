/** The parts of a hub that a fault can be set on. `registry`: `/v2/`, tag lists and what else is no manifest or blob. */
export type Endpoint = 'token' | 'manifest' | 'blob' | 'registry';

/** The endpoints, for messages and choices. */
export const ENDPOINTS = ['token', 'manifest', 'blob', 'registry'] as const satisfies readonly Endpoint[];

const EVERYWHERE = ENDPOINTS;

/** Every fault with the endpoints it can strike and what it does there. */
export const FAULTS = {
  unmetered: { at: ['manifest'], does: 'answers without limit headers, but with a source: a paid plan' },
  'missing-headers': { at: ['manifest'], does: 'answers without limit headers and without a source' },
  'empty-numbers': { at: ['manifest'], does: 'sends `;w=21600`: a window without a number (March 2021)' },
  'no-window': { at: ['manifest'], does: 'sends `100` without a window' },
  zero: { at: ['manifest'], does: 'says 200 and nothing left' },
  'false-full': { at: ['manifest'], does: 'says that nothing was spent (January 2021)' },
  'garbage-headers': { at: ['manifest'], does: 'sends limit headers that are no numbers' },
  'changing-source': { at: ['manifest'], does: 'names another source in every answer' },
  'changing-egress': {
    at: ['token', 'manifest', 'blob', 'registry'],
    does: 'sees another address for each connection',
  },
  'dropped-to-anonymous': { at: ['manifest'], does: 'meters a login as if there were none' },
  'pull-limit': { at: ['manifest'], does: 'answers 429 with limit headers: nothing left' },
  abuse: { at: EVERYWHERE, does: 'answers a simple 429 without limit headers, Retry-After: 60' },
  'abuse-without-retry-after': { at: EVERYWHERE, does: 'answers a simple 429 and nothing more' },
  'abuse-bare-lf': { at: EVERYWHERE, does: 'answers the 429 of 2020 with bare line feeds: invalid HTTP' },
  'login-locked': { at: ['token'], does: 'answers every login: too many failed login attempts' },
  unauthorized: {
    at: EVERYWHERE,
    does: 'answers 401: wrong password at the token endpoint, else invalid token',
  },
  forbidden: { at: EVERYWHERE, does: 'answers 403' },
  'not-found': { at: EVERYWHERE, does: 'answers 404' },
  'server-error': { at: EVERYWHERE, does: 'answers 500' },
  unavailable: { at: EVERYWHERE, does: 'answers 503 with a page of HTML' },
  'captive-portal': { at: EVERYWHERE, does: 'answers 200 with a page of HTML' },
  redirect: { at: EVERYWHERE, does: 'answers 302 to another host' },
  hang: { at: EVERYWHERE, does: 'takes the request and never answers' },
  reset: { at: EVERYWHERE, does: 'resets the connection' },
  slow: { at: EVERYWHERE, does: 'sends the answer byte by byte' },
  'access-token-only': { at: ['token'], does: 'leaves `token` out: only `access_token`' },
  'no-token': { at: ['token'], does: 'answers JSON without a token' },
  'huge-token': { at: ['token'], does: 'answers with a body of 16 MiB' },
} as const satisfies Record<string, { at: readonly Endpoint[]; does: string }>;

/** The name of a fault. */
export type FaultName = keyof typeof FAULTS;

/** The names of all faults, for messages and choices. */
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/** What a fault strikes. Everything named must match; nothing named strikes every request it can. */
export interface FaultScope {
  /** Name of the account that signs in, or whose token it is. */
  readonly account?: string;
  /** Address of the client, or the source it is metered as. */
  readonly source?: string;
  readonly repository?: string;
  readonly endpoint?: Endpoint;
  /** How many requests it strikes before it is over; without end unless given. */
  readonly times?: number;
}

/** What of a request decides which faults strike it. */
export interface Target {
  readonly endpoint: Endpoint;
  readonly address: string;
  readonly source: string;
  readonly account: string | undefined;
  /** Repositories it is about; a token can be asked for several. */
  readonly repositories: readonly string[];
}

/** Whether a fault with this scope strikes a request. */
export function strikes(fault: FaultName, scope: FaultScope, target: Target): boolean {
  const endpoints: readonly Endpoint[] = FAULTS[fault].at;
  return (
    endpoints.includes(target.endpoint) &&
    (scope.endpoint === undefined || scope.endpoint === target.endpoint) &&
    (scope.account === undefined || scope.account === target.account) &&
    (scope.source === undefined || scope.source === target.source || scope.source === target.address) &&
    (scope.repository === undefined || target.repositories.includes(scope.repository))
  );
}
