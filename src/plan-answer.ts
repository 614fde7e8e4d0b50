import { makePlan, type Plan, type PlanRequest } from './domain/pull-cost/plan.ts';
import type { PlanBucket } from './domain/pull-cost/plan-bucket.ts';
import { reportPlan } from './domain/pull-cost/plan-report.ts';
import type { PlanJobResults, WebJob } from './plan-job.ts';
import { readPlanFiles } from './planner/plan-files.ts';
import { parsePlanBody } from './web/plan/body.ts';
import { toPlanForm, toPlanResult } from './web/plan/page.ts';
import { PlanRequestError, readPlanRequest } from './web/plan/request.ts';

/**
 * Computes the response of `/plan` or `/api/v1/plan`. Runs in the process of the plan.
 * @param reportStep called with the index of each file before it is read, and with their number at the end
 */
export async function answerWebJob(
  { kind, body, buckets, now }: WebJob,
  reportStep: (step: number) => void,
): Promise<PlanJobResults['report' | 'page']> {
  const fields = await parsePlanBody(body);
  const form = toPlanForm(fields ?? {}, namesOf(buckets));
  try {
    if (!fields) throw new PlanRequestError('The body of this request is neither a form nor JSON');
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

/** Reads the files and makes the plan. Throws PlanRequestError if there is no file, or no credential of the given name. */
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
    { variables, profiles, target: undefined, platforms, ignoredKinds: new Set(), ignoredActions: new Set() },
    reportStep,
  );
  reportStep(files.length);
  const facts = { known: new Map(), cached: new Set<string>() };
  const plan = makePlan(read, { nodes, clusters, runtime, model, platforms, ...facts }, ordered, now);
  return { plan, unrecognised: read.unrecognised };
}

/** Puts the bucket of the named credential first. Default: the anonymous one. */
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
