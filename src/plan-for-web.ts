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

/** What a running Headroom knows of its buckets. */
interface CredentialStates {
  states(): readonly CredentialState[];
  outlookOf(name: string): Outlook | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** One plan at a time bounds the memory. These wait. */
const QUEUE = { maxPerClient: 3, maxTotal: 8 } as const;
/** The largest heap of a plan, in MiB: enough for 1 MiB of manifests. */
const HEAP_MIB = 128;
const MIN_HEAP_MIB = 64;
const MEBIBYTE = 1_048_576;

/** Creates the planner of `/plan` and `/api/v1/plan`: files against the buckets as they are known, in a process of its own. */
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

/** A third of what a container may use: the rest is for Headroom itself and for what the process needs beside its heap. */
function affordableHeap(): number {
  const limit = process.constrainedMemory() / MEBIBYTE;
  return limit > 0 ? Math.max(MIN_HEAP_MIB, Math.min(HEAP_MIB, Math.floor(limit / 3))) : HEAP_MIB;
}
