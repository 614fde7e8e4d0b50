import type { Account } from '../accounts.ts';
import type { SimulatorControl } from '../control.ts';
import { FAULTS } from '../faults/faults.ts';
import type { LedgerEntry } from '../ledger.ts';
import { isLoopback } from '../metering/client-address.ts';
import { PROFILES } from '../profile.ts';
import { type Answer, type HubRequest, plainAnswer } from '../wire/messages.ts';
import {
  ACCOUNT_BODY,
  BadInputError,
  BUCKET_BODY,
  BUCKET_QUERY,
  FAULT_BODY,
  LIMITS_BODY,
  PROFILE_BODY,
  readInput,
  readJson,
  SPEND_BODY,
} from './bodies.ts';

/** The input of a control request. */
interface ControlInput {
  readonly body: string;
  readonly query: URLSearchParams;
  /** The part of the path that `:item` stands for; empty if the route has none. */
  readonly item: string;
}

/** Executes a control request and returns the response body, which is sent as JSON. */
type ControlAction = (control: SimulatorControl, input: ControlInput) => unknown;

/** The routes of the control API: `METHOD path`, below `/_simulator`. `:item` stands for one part of the path. */
export const ROUTES: Readonly<Record<string, ControlAction>> = {
  'GET /': (control) => overview(control),
  'GET /accounts': (control) => control.accounts().map(withoutPassword),
  'POST /accounts': (control, { body }) => withoutPassword(control.addAccount(readJson(ACCOUNT_BODY, body))),
  'DELETE /accounts/:item': (control, { item }) => ({ removed: control.removeAccount(item) ? 1 : 0 }),
  'GET /faults': (control) => control.faults(),
  'POST /faults': (control, { body }) => {
    const { fault, ...scope } = readJson(FAULT_BODY, body);
    return control.setFault(fault, scope);
  },
  'DELETE /faults': (control) => ({ cleared: control.clearFault() }),
  'DELETE /faults/:item': (control, { item }) => ({ cleared: control.clearFault(item) }),
  'GET /profile': (control) => ({ profile: control.profile, own: control.ownProfiles }),
  'PUT /profile': (control, { body }) => {
    const { profile, ...who } = readJson(PROFILE_BODY, body);
    control.setProfile(profile, who);
    return { profile: control.profile, own: control.ownProfiles };
  },
  'GET /limits': (control) => control.limits,
  'PATCH /limits': (control, { body }) => {
    control.setLimits(readJson(LIMITS_BODY, body));
    return control.limits;
  },
  'DELETE /limits': (control) => {
    control.resetLimits();
    return control.limits;
  },
  'GET /bucket': (control, { query }) => bucket(control, readInput(BUCKET_QUERY, Object.fromEntries(query))),
  'PUT /bucket': (control, { body }) => {
    const { owner, own } = readJson(BUCKET_BODY, body);
    control.setOwnLimit(owner, own);
    return bucket(control, owner);
  },
  'DELETE /bucket': (control, { query }) => {
    const owner = readInput(BUCKET_QUERY, Object.fromEntries(query));
    control.refill(owner);
    return bucket(control, owner);
  },
  'POST /spend': (control, { body }) => {
    const spending = readJson(SPEND_BODY, body);
    control.spend(spending);
    return bucket(control, spending);
  },
  'GET /ledger': (control) => control.ledger().map(withReadableTime),
  'DELETE /ledger': (control) => {
    const cleared = control.ledger().length;
    control.clearLedger();
    return { cleared };
  },
};

function overview(control: SimulatorControl): object {
  return {
    profile: control.profile,
    limits: control.limits,
    faults: control.faults(),
    accounts: control.accounts().map(withoutPassword),
    profiles: Object.fromEntries(Object.entries(PROFILES).map(([name, { summary }]) => [name, summary])),
    possibleFaults: FAULTS,
    routes: Object.keys(ROUTES),
  };
}

/** Returns limit, remaining pulls and window of a bucket; null values if the owner is not metered. */
function bucket(control: SimulatorControl, owner: { account: string } | { source: string }): object {
  return control.balance(owner) ?? { limit: null, remaining: null, windowSeconds: null };
}

function withoutPassword({ password: _, ...rest }: Account): Omit<Account, 'password'> {
  return rest;
}

/** Returns an entry of the ledger with its time in ISO 8601. */
function withReadableTime(entry: LedgerEntry): object {
  return { ...entry, at: new Date(entry.at).toISOString() };
}

const PREFIX = '/_simulator';
const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** Reports whether a path belongs to the control API. */
export function isControl(path: string): boolean {
  return path === PREFIX || path.startsWith(`${PREFIX}/`);
}

/** Answers a control request. Requests from other machines are rejected, whatever `X-Simulator-Source` they send. */
export function answerControl(control: SimulatorControl, request: HubRequest, socketAddress: string): Answer {
  if (!isLoopback(socketAddress)) return refuse(403, `Control is for this machine only: ${socketAddress}`);
  const path = request.path.slice(PREFIX.length).replace(/\/$/, '') || '/';
  const found = findRoute(request.method, path);
  if (!found) return unknownRoute(request.method, path);
  // A web page can send text or a form to any host, but JSON only to a host that allows it by CORS.
  const contentType = request.header('content-type') ?? '';
  if (WITH_BODY.has(request.method) && !contentType.startsWith('application/json')) {
    return refuse(415, `Content-Type is wrong: ${JSON.stringify(contentType)} (allowed: application/json)`);
  }
  return act(control, request, found);
}

interface Found {
  readonly action: ControlAction;
  readonly item: string;
}

function act(control: SimulatorControl, { body, query }: HubRequest, { action, item }: Found): Answer {
  try {
    return sendJson(200, action(control, { body, query: new URLSearchParams(query), item }));
  } catch (error) {
    if (error instanceof BadInputError) return refuse(400, error.message, error.problems);
    if (error instanceof RangeError) return refuse(404, error.message);
    throw error;
  }
}

function findRoute(method: string, path: string): Found | undefined {
  const exact = ROUTES[`${method} ${path}`];
  if (exact) return { action: exact, item: '' };
  const [, parent = '', item = ''] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
  const action = ROUTES[`${method} ${parent}/:item`];
  return action && { action, item };
}

function unknownRoute(method: string, path: string): Answer {
  const routes = Object.keys(ROUTES)
    .map((route) => route.replace(' ', ` ${PREFIX}`))
    .join(', ');
  return refuse(404, `There is no such route: ${method} ${PREFIX}${path} (there are: ${routes})`);
}

function refuse(status: number, error: string, problems?: BadInputError['problems']): Answer {
  return sendJson(status, { error, ...(problems ? { problems } : {}) });
}

function sendJson(status: number, value: unknown): Answer {
  return plainAnswer(status, 'application/json', `${JSON.stringify(value)}\n`);
}
