import type { Request, Response, Router } from 'express';
import { reportPlan } from '../domain/pull-cost/plan-report.ts';
import type { PlanAnswered, PlanRequest } from '../domain/pull-cost/plan-request.ts';
import { type AnswerError, allowOnly } from './error-answer.ts';
import type { ShowPage } from './page.ts';
import { createReadPlanBody } from './plan-body.ts';
import { toPlanPage } from './plan-page.ts';
import { PlanRequestError, readPlanRequest } from './plan-request.ts';
import type { PostGuard } from './post-guard.ts';
import { sendJson } from './send-body.ts';
import type { WebSources } from './web-options.ts';

/** `/plan`, a form that answers itself, and `POST /api/v1/plan`, the same for programs. Nothing is kept. */
export function addPlanRoutes(
  router: Router,
  sources: Pick<WebSources, 'plan' | 'states' | 'clock'>,
  showPage: ShowPage,
  answerError: AnswerError,
  { requireOwnPage }: Pick<PostGuard, 'requireOwnPage'>,
): void {
  const readBody = createReadPlanBody(answerError);
  const names = () => sources.states().map(({ identity }) => identity.name);

  router
    .route('/plan')
    .get((request, response) => {
      const parts = { request: undefined, body: {}, answered: undefined, problem: undefined };
      const page = toPlanPage({ ...parts, credentials: names() }, sources.clock.now());
      return showPage(request, response, 'plan', page);
    })
    .post(readBody, requireOwnPage, (request: Request, response: Response) => {
      const body = request.body as Record<string, unknown>;
      const attempt = attemptPlan(body);
      const page = toPlanPage({ ...attempt, body, credentials: names() }, sources.clock.now());
      return showPage(request, response, 'plan', page, attempt.problem === undefined ? 200 : 400);
    })
    .all(allowOnly(['GET', 'HEAD', 'POST'], answerError));

  router
    .route('/api/v1/plan')
    .post(readBody, requireOwnPage, (request: Request, response: Response) => {
      const { answered, problem = 'No files' } = attemptPlan(request.body as Record<string, unknown>);
      if (!answered) {
        return answerError(request, response, { status: 400, code: 'bad_request', message: problem });
      }
      const { plan, unrecognised } = answered;
      const report = reportPlan(plan, { files: 'FILE', unrecognised }, sources.clock.now());
      return sendJson(request, response, report);
    })
    .all(allowOnly(['POST'], answerError));

  interface Attempt {
    readonly request: PlanRequest | undefined;
    readonly answered: PlanAnswered | undefined;
    readonly problem: string | undefined;
  }

  function attemptPlan(body: Record<string, unknown>): Attempt {
    try {
      const request = readPlanRequest(body);
      if (request.files.length === 0) return refused('There is no file: paste one, or choose some');
      const answered = sources.plan(request);
      if (!answered) return refused(`There is no such credential; allowed are ${names().join(', ')}`);
      return { request, answered, problem: undefined };
    } catch (error) {
      if (!(error instanceof PlanRequestError)) throw error;
      return refused(error.message);
    }
  }

  function refused(problem: string): Attempt {
    return { request: undefined, answered: undefined, problem };
  }
}
