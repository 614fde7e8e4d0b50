import type { SimulatorControl } from '../control.ts';
import { isLoopback } from '../metering/client-address.ts';
import type { HubRequest } from '../wire/hub-request.ts';
import { type Answer, plainAnswer } from '../wire/reply.ts';
import { BadInputError } from './read-input.ts';
import { type ControlAction, ROUTES } from './routes.ts';

const PREFIX = '/_simulator';
const WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** Whether a path belongs to control, and not to the hub. */
export function isControl(path: string): boolean {
  return path === PREFIX || path.startsWith(`${PREFIX}/`);
}

/** Answers a control request. Only this machine may ask, whatever address it claims to come from. */
export function answerControl(control: SimulatorControl, request: HubRequest, socketAddress: string): Answer {
  if (!isLoopback(socketAddress)) return refuse(403, `Control is for this machine only: ${socketAddress}`);
  const path = request.path.slice(PREFIX.length).replace(/\/$/, '') || '/';
  const found = findRoute(request.method, path);
  if (!found) return unknownRoute(request.method, path);
  // A page in a browser can send text or a form to any host, but JSON only to one that agrees.
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
