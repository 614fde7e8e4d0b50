import type { Request, Response, Router } from 'express';
import type { PlanCaller, PlanReply } from '../../domain/pull-cost/plan.ts';
import { clientNetworkOf } from '../../kit/network-address.ts';
import { type AnswerError, allowOnly, type ErrorAnswer } from '../http/error-answer.ts';
import type { PostGuard } from '../http/post-guard.ts';
import { sendBody } from '../http/send-body.ts';
import type { ShowPage } from '../page.ts';
import type { WebSources } from '../web-options.ts';
import { createReadPlanBody, type WithPlanBody } from './body.ts';
import { toPlanForm, toPlanPage } from './page.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** Adds `/plan`, a form with its result, and `POST /api/v1/plan`, the same for programs. Nothing is stored. */
export function addPlanRoutes(
  router: Router,
  { plan, states }: Pick<WebSources, 'plan' | 'states'>,
  showPage: ShowPage,
  answerError: AnswerError,
  { requireOwnPage }: Pick<PostGuard, 'requireOwnPage'>,
): void {
  const readBody = createReadPlanBody(answerError);
  const emptyForm = () =>
    toPlanForm(
      {},
      states().map(({ identity }) => identity.name),
    );

  router
    .route('/plan')
    .get((request, response) => {
      const page = toPlanPage({ form: emptyForm(), result: undefined, problem: undefined });
      return showPage(request, response, 'plan', page);
    })
    .post(readBody, requireOwnPage, async (request: Request, response: PlanResponse) => {
      const reply = await plan.page(response.locals.planBody, callerOf(request, response));
      if (reply.kind === 'aborted') return;
      if (reply.kind === 'planned') {
        const status = reply.result.problem === undefined ? 200 : 400;
        return showPage(request, response, 'plan', toPlanPage(reply.result), status);
      }
      const { status, message } = refusalOf(reply, response);
      const page = toPlanPage({ form: emptyForm(), result: undefined, problem: message });
      return showPage(request, response, 'plan', page, status);
    })
    .all(allowOnly(['GET', 'HEAD', 'POST'], answerError));

  router
    .route('/api/v1/plan')
    .post(readBody, requireOwnPage, async (request: Request, response: PlanResponse) => {
      const reply = await plan.report(response.locals.planBody, callerOf(request, response));
      if (reply.kind === 'aborted') return;
      if (reply.kind !== 'planned') return answerError(request, response, refusalOf(reply, response));
      const { result } = reply;
      if ('json' in result) return sendBody(request, response, { type: JSON_TYPE, text: result.json });
      return answerError(request, response, { status: 400, code: 'bad_request', message: result.problem });
    })
    .all(allowOnly(['POST'], answerError));
}

type PlanResponse = Response<unknown, WithPlanBody>;

/** Returns the error for a missing plan. Sets `Retry-After` if the client may try again. */
function refusalOf(
  reply: Exclude<PlanReply<never>, { kind: 'planned' | 'aborted' }>,
  response: Response,
): ErrorAnswer {
  if (reply.kind === 'too-large') return { status: 422, code: 'too_complex', message: reply.message };
  response.setHeader('Retry-After', reply.retryAfterSeconds);
  return { status: 503, code: 'busy', message: 'Headroom is busy with other plans; try again in a moment' };
}

/** Returns the client network and a signal that aborts if the client disconnects before the answer. */
function callerOf(request: Request, response: Response): PlanCaller {
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  return { network: clientNetworkOf(request.socket.remoteAddress), signal: leaving.signal };
}
