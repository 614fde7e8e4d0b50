import type { PlanRequest } from './domain/pull-cost/plan.ts';
import { makePlan, type Plan } from './domain/pull-cost/plan.ts';
import type { PlanBucket } from './domain/pull-cost/plan-bucket.ts';
import { reportPlan } from './domain/pull-cost/plan-report.ts';
import { readPlanFiles } from './plan-files.ts';
import type { PlanJobResults, WebJob } from './plan-job.ts';
import { parsePlanBody } from './web/plan/body.ts';
import { toPlanForm, toPlanResult } from './web/plan/page.ts';
import { PlanRequestError, readPlanRequest } from './web/plan/request.ts';

/** Does the job of `/plan` and `/api/v1/plan`. The steps are the files of the request. */
export async function answerWebJob(
  { kind, body, buckets, now }: WebJob,
  reportStep: (step: number) => void,
): Promise<PlanJobResults['report' | 'page']> {
  const fields = await parsePlanBody(body);
  const form = toPlanForm(fields ?? {}, namesOf(buckets));
  try {
    if (!fields) throw new PlanRequestError('Neither a form nor JSON can be read from this request');
    const { plan, unrecognised } = planRequest(readPlanRequest(fields), buckets, now, reportStep);
    if (kind === 'page') {
      return { form, result: toPlanResult(plan, unrecognised, now), problem: undefined };
    }
    const report = reportPlan(plan, { files: 'FILE', unrecognised }, now);
    return { json: Buffer.from(JSON.stringify(report)) };
  } catch (error) {
    if (!(error instanceof PlanRequestError)) throw error;
    const problem = error.message;
    return kind === 'page' ? { form, result: undefined, problem } : { problem };
  }
}

/** @throws PlanRequestError when there is no file, or no such credential */
function planRequest(
  request: PlanRequest,
  buckets: readonly PlanBucket[],
  now: number,
  reportStep: (step: number) => void,
): { readonly plan: Plan; readonly unrecognised: readonly string[] } {
  const { files, variables, profiles, nodes, clusters, runtime, model, platforms } = request;
  if (files.length === 0) throw new PlanRequestError('There is no file: paste one, or choose some');
  const ordered = orderBuckets(buckets, request.credential);
  const read = readPlanFiles(
    files,
    { variables, profiles, target: undefined, ignoredKinds: new Set() },
    reportStep,
  );
  reportStep(files.length);
  const facts = { known: new Map(), cached: new Set<string>() };
  const plan = makePlan(read, { nodes, clusters, runtime, model, platforms, ...facts }, ordered, now);
  return { plan, unrecognised: read.unrecognised };
}

/** The bucket that is drawn on, then the others. Without a name it is the one without a login. */
function orderBuckets(buckets: readonly PlanBucket[], name: string | undefined): readonly PlanBucket[] {
  const named = buckets.find(({ credential }) => credential === name);
  if (name !== undefined && !named) {
    throw new PlanRequestError(`There is no such credential; allowed are ${namesOf(buckets).join(', ')}`);
  }
  const chosen = named ?? buckets.find(({ hasLogin }) => !hasLogin) ?? buckets[0];
  return chosen ? [chosen, ...buckets.filter((bucket) => bucket !== chosen)] : [];
}

function namesOf(buckets: readonly PlanBucket[]): readonly string[] {
  return buckets.flatMap(({ credential }) => credential ?? []);
}
