import type { Request, Response, Router } from 'express';
import type { PlanCaller, PlanReply, PlanRequest } from '../domain/pull-cost/plan-request.ts';
import { clientNetworkOf } from '../kit/client-address.ts';
import { type AnswerError, allowOnly } from './error-answer.ts';
import type { ShowPage } from './page.ts';
import { createReadPlanBody } from './plan-body.ts';
import { toPlanPage } from './plan-page.ts';
import { PlanRequestError, readPlanRequest } from './plan-request.ts';
import type { PostGuard } from './post-guard.ts';
import { sendBody } from './send-body.ts';
import type { WebSources } from './web-options.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** `/plan`, a form that answers itself, and `POST /api/v1/plan`, the same for programs. Nothing is kept. */
export function addPlanRoutes(
  router: Router,
  { plan, states }: Pick<WebSources, 'plan' | 'states'>,
  showPage: ShowPage,
  answerError: AnswerError,
  { requireOwnPage }: Pick<PostGuard, 'requireOwnPage'>,
): void {
  const readBody = createReadPlanBody(answerError);
  const names = () => states().map(({ identity }) => identity.name);

  router
    .route('/plan')
    .get((request, response) => {
      const page = toPlanPage({ body: {}, result: undefined, problem: undefined, credentials: names() });
      return showPage(request, response, 'plan', page);
    })
    .post(readBody, requireOwnPage, async (request: Request, response: Response) => {
      const body = request.body as Record<string, unknown>;
      const attempt = await attemptPlan(body, request, response, plan.page);
      if (attempt === 'gone') return;
      const { result, refusal } = attempt;
      const page = toPlanPage({ body, result, problem: refusal?.message, credentials: names() });
      return showPage(request, response, 'plan', page, refusal?.status ?? 200);
    })
    .all(allowOnly(['GET', 'HEAD', 'POST'], answerError));

  router
    .route('/api/v1/plan')
    .post(readBody, requireOwnPage, async (request: Request, response: Response) => {
      const body = request.body as Record<string, unknown>;
      const attempt = await attemptPlan(body, request, response, plan.report);
      if (attempt === 'gone') return;
      if (attempt.refusal) return answerError(request, response, attempt.refusal);
      return sendBody(request, response, { type: JSON_TYPE, text: attempt.result ?? '' });
    })
    .all(allowOnly(['POST'], answerError));

  /** Plans what a request asks for. A refusal that is worth another try has its `Retry-After` set. */
  async function attemptPlan<T>(
    body: Record<string, unknown>,
    request: Request,
    response: Response,
    make: (request: PlanRequest, caller: PlanCaller) => Promise<PlanReply<T>>,
  ): Promise<Attempt<T> | 'gone'> {
    const asked = readAsked(body);
    if ('refusal' in asked) return asked;
    const reply = await make(asked.request, callerOf(request, response));
    switch (reply.kind) {
      case 'planned':
        return { result: reply.result, refusal: undefined };
      case 'aborted':
        return 'gone';
      case 'no-such-credential':
        return refused(`There is no such credential; allowed are ${names().join(', ')}`);
      case 'too-large':
        return refused(reply.message, 422, 'too_complex');
      case 'busy':
        response.setHeader('Retry-After', reply.retryAfterSeconds);
        return refused('Other plans are being made; try again in a moment', 503, 'busy');
    }
  }

  function readAsked(body: Record<string, unknown>): { request: PlanRequest } | Refused {
    try {
      const request = readPlanRequest(body);
      return request.files.length > 0 ? { request } : refused('There is no file: paste one, or choose some');
    } catch (error) {
      if (!(error instanceof PlanRequestError)) throw error;
      return refused(error.message);
    }
  }
}

interface Refused {
  readonly result: undefined;
  readonly refusal: { readonly status: number; readonly code: string; readonly message: string };
}

type Attempt<T> = { readonly result: T; readonly refusal: undefined } | Refused;

function refused(message: string, status = 400, code = 'bad_request'): Refused {
  return { result: undefined, refusal: { status, code, message } };
}

/** The client, and a signal for when it goes before it has its answer. */
function callerOf(request: Request, response: Response): PlanCaller {
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  return { network: clientNetworkOf(request.socket.remoteAddress), signal: leaving.signal };
}
