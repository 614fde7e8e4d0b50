/** The parts of a hub that a fault can be set on. `registry`: `/v2/`, tag lists and what else is no manifest or blob. */
export type Endpoint = 'token' | 'manifest' | 'blob' | 'registry';

/** The endpoints, for messages and choices. */
export const ENDPOINTS = ['token', 'manifest', 'blob', 'registry'] as const satisfies readonly Endpoint[];

/** Every fault with the endpoints it can strike, and what it does there. */
export const FAULTS = {
  unmetered: { at: ['manifest'], does: 'sends a source but no limit, as to a paid plan' },
  'missing-headers': { at: ['manifest'], does: 'sends neither limit nor source' },
  'empty-numbers': { at: ['manifest'], does: 'sends `;w=21600`: a window without a number (March 2021)' },
  'no-window': { at: ['manifest'], does: 'sends `100` without a window' },
  zero: { at: ['manifest'], does: 'says 200 and that nothing is left' },
  'false-full': { at: ['manifest'], does: 'says that nothing was spent (January 2021)' },
  'garbage-headers': { at: ['manifest'], does: 'sends limits that are no numbers' },
  'changing-source': { at: ['manifest'], does: 'sees another address in each request' },
  'changing-egress': { at: ENDPOINTS, does: 'sees another address in each connection' },
  'dropped-to-anonymous': { at: ['manifest'], does: 'meters a login as the address it comes from' },
  'pull-limit': { at: ['manifest'], does: 'answers 429 with limit headers: nothing is left' },
  abuse: { at: ENDPOINTS, does: 'answers a simple 429 without limit headers, with Retry-After: 60' },
  'abuse-without-retry-after': { at: ENDPOINTS, does: 'answers a simple 429 and nothing more' },
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
  hang: { at: ENDPOINTS, does: 'takes the request and never answers' },
  reset: { at: ENDPOINTS, does: 'resets the connection' },
  slow: { at: ENDPOINTS, does: 'sends the answer byte by byte, 20 a second' },
  'access-token-only': { at: ['token'], does: 'sends `access_token` without `token`' },
  'no-token': { at: ['token'], does: 'sends JSON without a token' },
  'huge-token': { at: ['token'], does: 'sends a token of 16 MiB' },
} as const satisfies Record<string, { at: readonly Endpoint[]; does: string }>;

/** The name of a fault. */
export type FaultName = keyof typeof FAULTS;

/** The names of all faults, for messages and choices. */
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/**
 * Faults of the registry's own judgement: they strike only who has a good token. One that is limited in times is not
 * used up by the request that fetches the challenge.
 */
const AFTER_TOKEN: ReadonlySet<FaultName> = new Set<FaultName>([
  ...FAULT_NAMES.filter((name) => FAULTS[name].at.length === 1),
  'unauthorized',
  'not-found',
]);

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
interface FaultTarget {
  readonly endpoint: Endpoint;
  readonly address: string;
  readonly source: string;
  readonly account: string | undefined;
  /** Repositories it is about; a token can be asked for several. */
  readonly repositories: readonly string[];
  /** False for a registry request without a good token. */
  readonly isAuthorized: boolean;
}

/** Whether a fault with this scope strikes a request. */
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
  /** What `clear` takes. */
  readonly id: string;
  readonly fault: FaultName;
  readonly scope: FaultScope;
}

/** The faults that are set now. */
export interface Faults {
  /** Sets a fault; one of the same name and scope is replaced. */
  set(fault: FaultName, scope: FaultScope): SetFault;
  /** Clears the fault of that id, every fault of that name, or all faults. Returns how many. */
  clear(idOrName?: string): number;
  list(): readonly SetFault[];
  /** The faults that strike a request, newest first; each that is limited in times is counted down. */
  apply(target: FaultTarget): readonly FaultName[];
}

interface ActiveFault extends SetFault {
  left: number;
}

const NONE: readonly FaultName[] = [];

/** Starts without a fault. */
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
