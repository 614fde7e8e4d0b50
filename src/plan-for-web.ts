import { type Outlook, takeSnapshot } from './domain/credential-snapshot.ts';
import type { CredentialState } from './domain/credential-state.ts';
import {
  makePlan,
  type Plan,
  type PlanBody,
  type PlanCaller,
  type PlanReply,
  type PlanRequest,
} from './domain/pull-cost/plan.ts';
import { bucketOfSnapshot, type PlanBucket } from './domain/pull-cost/plan-bucket.ts';
import { reportPlan } from './domain/pull-cost/plan-report.ts';
import type { Clock } from './kit/clock.ts';
import { createFairQueue, QueueFullError } from './kit/fair-queue.ts';
import type { Log } from './kit/log.ts';
import type { PlanJobResults, WebJob } from './plan-job.ts';
import { PLAN_TIMEOUT_MS, runPlanJob, stoppedWords } from './plan-job.ts';
import { readPlanFiles } from './planner/plan-files.ts';
import { parsePlanBody } from './web/plan/body.ts';
import { toPlanForm, toPlanResult } from './web/plan/page.ts';
import { PlanRequestError, readPlanRequest } from './web/plan/request.ts';
import type { PlanService } from './web/web-options.ts';

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

/** The dependencies of `createWebPlanner()`. */
interface CredentialStates {
  states(): readonly CredentialState[];
  outlookOf(name: string): Outlook | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** The most plans that wait, for each client and in total. One plan runs at a time, to limit memory. */
const QUEUE = { maxPerClient: 3, maxTotal: 8 } as const;
/** The largest heap of a plan, in MiB. It is enough for 1 MiB of manifests. */
const HEAP_MIB = 128;
const MIN_HEAP_MIB = 64;
const MEBIBYTE = 1_048_576;

/** Creates the planner of `/plan` and `/api/v1/plan`. It compares files with the current buckets, in a separate process. */
export function createWebPlanner({ states, outlookOf, clock, log }: CredentialStates): PlanService {
  const queue = createFairQueue(QUEUE);
  const limits = { heapMiB: affordableHeap(), timeoutMs: PLAN_TIMEOUT_MS };
  return {
    report: (body, caller) => plan('report', body, caller),
    page: (body, caller) => plan('page', body, caller),
  };

  async function plan<K extends WebJob['kind']>(
    kind: K,
    body: PlanBody,
    { network, signal }: PlanCaller,
  ): Promise<PlanReply<PlanJobResults[K]>> {
    const job = { kind, body, buckets: bucketsNow(), now: clock.now() };
    try {
      const outcome = await queue.run(network, () => runPlanJob(job, { ...limits, signal }));
      if (outcome.kind === 'finished') return { kind: 'planned', result: outcome.result };
      if (outcome.kind === 'aborted') return { kind: 'aborted' };
      const message = stoppedWords(outcome, limits);
      log.warn('A plan was stopped', { reason: message, client: network });
      return { kind: 'too-large', message };
    } catch (error) {
      if (!(error instanceof QueueFullError)) throw error;
      return { kind: 'busy', retryAfterSeconds: PLAN_TIMEOUT_MS / 1_000 };
    }
  }

  function bucketsNow(): readonly PlanBucket[] {
    const now = clock.now();
    return states().map((state) => {
      return bucketOfSnapshot(takeSnapshot(state, now, outlookOf(state.identity.name)));
    });
  }
}

/** Returns a third of the container's memory limit: Headroom itself and the memory beside the heap need the rest. */
function affordableHeap(): number {
  const limit = process.constrainedMemory() / MEBIBYTE;
  return limit > 0 ? Math.max(MIN_HEAP_MIB, Math.min(HEAP_MIB, Math.floor(limit / 3))) : HEAP_MIB;
}
