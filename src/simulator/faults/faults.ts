/** An endpoint that a fault can apply to. `registry`: `/v2/`, tag lists and every other path that is not a manifest or blob. */
export type Endpoint = 'token' | 'manifest' | 'blob' | 'registry';

/** Every endpoint, for messages and schemas. */
export const ENDPOINTS = ['token', 'manifest', 'blob', 'registry'] as const satisfies readonly Endpoint[];

/** Every fault: the endpoints it can apply to (`at`), and its effect (`does`). */
export const FAULTS = {
  unmetered: { at: ['manifest'], does: 'sends a source but no limit, as to a paid plan' },
  'missing-headers': { at: ['manifest'], does: 'sends neither limit nor source' },
  'empty-numbers': { at: ['manifest'], does: 'sends `;w=21600`: a window without a number (March 2021)' },
  'no-window': { at: ['manifest'], does: 'sends `100` without a window' },
  zero: { at: ['manifest'], does: 'answers 200 with remaining 0' },
  'false-full': { at: ['manifest'], does: 'sends remaining equal to the limit (January 2021)' },
  'garbage-headers': { at: ['manifest'], does: 'sends limits that are not numbers' },
  'changing-source': { at: ['manifest'], does: 'meters each request as another address' },
  'changing-egress': { at: ENDPOINTS, does: 'meters each connection as another address' },
  'dropped-to-anonymous': { at: ['manifest'], does: 'meters a login as the address of the client' },
  'pull-limit': { at: ['manifest'], does: 'answers 429 with limit headers: no pulls are left' },
  abuse: { at: ENDPOINTS, does: 'answers a simple 429 without limit headers, with Retry-After: 60' },
  'abuse-without-retry-after': { at: ENDPOINTS, does: 'answers a simple 429 without either' },
  'abuse-bare-lf': {
    at: ENDPOINTS,
    does: 'answers the 429 of 2020 with bare line feeds, which is invalid HTTP',
  },
  'login-locked': { at: ['token'], does: 'answers 429 to every login: too many failed login attempts' },
  unauthorized: {
    at: ENDPOINTS,
    does: 'answers 401: a wrong password to a login, an invalid token elsewhere',
  },
  forbidden: { at: ENDPOINTS, does: 'answers 403' },
  'not-found': { at: ENDPOINTS, does: 'answers 404' },
  'server-error': { at: ENDPOINTS, does: 'answers 500' },
  unavailable: { at: ENDPOINTS, does: 'answers 503 with a page of HTML' },
  'captive-portal': { at: ENDPOINTS, does: 'answers 200 with a page of HTML' },
  redirect: { at: ENDPOINTS, does: 'answers 302 to another host' },
  hang: { at: ENDPOINTS, does: 'accepts the request and never answers' },
  reset: { at: ENDPOINTS, does: 'resets the connection' },
  slow: { at: ENDPOINTS, does: 'sends the answer byte by byte, 20 a second' },
  'access-token-only': { at: ['token'], does: 'sends `access_token` without `token`' },
  'no-token': { at: ['token'], does: 'sends JSON without a token' },
  'huge-token': { at: ['token'], does: 'sends a token of 16 MiB' },
} as const satisfies Record<string, { at: readonly Endpoint[]; does: string }>;

/** Name of a fault. */
export type FaultName = keyof typeof FAULTS;

/** Names of all faults, for messages and schemas. */
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/**
 * Faults that apply only to requests with a valid token, so that the request that fetches the challenge does not
 * count against `times`.
 */
const AFTER_TOKEN: ReadonlySet<FaultName> = new Set<FaultName>([
  ...FAULT_NAMES.filter((name) => FAULTS[name].at.length === 1),
  'unauthorized',
  'not-found',
]);

/** The requests that a fault applies to. Every given field must match; an empty scope matches every request. */
export interface FaultScope {
  /** Name of the account that signs in, or that owns the token. */
  readonly account?: string;
  /** IP address of the client, or the source it is metered as. */
  readonly source?: string;
  readonly repository?: string;
  readonly endpoint?: Endpoint;
  /** Number of requests after which the fault is removed; unlimited by default. */
  readonly times?: number;
}

/** The properties of a request that faults are matched with. */
interface FaultTarget {
  readonly endpoint: Endpoint;
  readonly address: string;
  readonly source: string;
  readonly account: string | undefined;
  /** Repositories of the request; a token request can name several. */
  readonly repositories: readonly string[];
  /** False for a registry request without a valid token. */
  readonly isAuthorized: boolean;
}

/** Reports whether a fault with this scope applies to a request. */
function matches(fault: FaultName, scope: FaultScope, target: FaultTarget): boolean {
  const endpoints: readonly Endpoint[] = FAULTS[fault].at;
  return (
    endpoints.includes(target.endpoint) &&
    (target.isAuthorized || !AFTER_TOKEN.has(fault)) &&
    (scope.endpoint === undefined || scope.endpoint === target.endpoint) &&
    (scope.account === undefined || scope.account === target.account) &&
    (scope.source === undefined || scope.source === target.source || scope.source === target.address) &&
    (scope.repository === undefined || target.repositories.includes(scope.repository))
  );
}

/** A fault that is set. */
export interface SetFault {
  /** Identifier for `Faults.clear`. */
  readonly id: string;
  readonly fault: FaultName;
  readonly scope: FaultScope;
}

/** Stores the faults that are set. */
export interface Faults {
  /** Sets a fault. Replaces a fault of the same name and scope. */
  set(fault: FaultName, scope: FaultScope): SetFault;
  /** Clears the fault of that id, every fault of that name, or all faults. Returns the number of cleared faults. */
  clear(idOrName?: string): number;
  /** Returns the faults, newest first. */
  list(): readonly SetFault[];
  /** Returns the faults that apply to a request, newest first. Counts down those that are limited by `times`. */
  apply(target: FaultTarget): readonly FaultName[];
}

interface ActiveFault extends SetFault {
  left: number;
}

const NONE: readonly FaultName[] = [];

/** Creates a store without faults. */
export function createFaults(): Faults {
  let active: ActiveFault[] = [];
  let lastId = 0;
  return {
    set(fault, scope) {
      const same = ({ fault: other, scope: otherScope }: ActiveFault) =>
        fault === other && scopeKey(scope) === scopeKey(otherScope);
      lastId += 1;
      const added: ActiveFault = {
        id: String(lastId),
        fault,
        scope,
        left: scope.times ?? Number.POSITIVE_INFINITY,
      };
      active = [added, ...active.filter((other) => !same(other))];
      return publicView(added);
    },
    clear(idOrName) {
      const before = active.length;
      active =
        idOrName === undefined ? [] : active.filter(({ id, fault }) => id !== idOrName && fault !== idOrName);
      return before - active.length;
    },
    list: () => active.map(publicView),
    apply(target) {
      if (active.length === 0) return NONE;
      const applied = active.filter(({ fault, scope }) => matches(fault, scope, target));
      for (const fault of applied) fault.left -= 1;
      if (applied.some(({ left }) => left <= 0)) active = active.filter(({ left }) => left > 0);
      return applied.map(({ fault }) => fault);
    },
  };
}

function publicView({ id, fault, scope }: ActiveFault): SetFault {
  return { id, fault, scope };
}

function scopeKey({ account, source, repository, endpoint }: FaultScope): string {
  return JSON.stringify([account, source, repository, endpoint]);
}
