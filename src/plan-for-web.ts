import { type Outlook, takeSnapshot } from './domain/credential-snapshot.ts';
import type { CredentialState } from './domain/credential-state.ts';
import type { PlanBody, PlanCaller, PlanReply } from './domain/pull-cost/plan.ts';
import { bucketOfSnapshot, type PlanBucket } from './domain/pull-cost/plan-bucket.ts';
import type { Clock } from './kit/clock.ts';
import { createFairQueue, QueueFullError } from './kit/fair-queue.ts';
import type { Log } from './kit/log.ts';
import type { PlanJobResults, WebJob } from './plan-job.ts';
import { PLAN_TIMEOUT_MS, runPlanJob, stoppedWords } from './plan-job.ts';
import type { PlanService } from './web/web-options.ts';

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
