import { quoteForeign } from './kit/foreign-text.ts';
import { type IsolatedOutcome, runIsolated } from './kit/isolated-process.ts';
import type { PlanJob, PlanJobResults } from './plan-job.ts';

/** How long a plan may take, in milliseconds. */
export const PLAN_TIMEOUT_MS = 10_000;

/** What a job may use. */
export interface PlanLimits {
  /** The largest heap, in MiB. */
  readonly heapMiB: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Built from `plan-process.ts`. The sources lie beside `dist/`, so that it is found from both. */
const SCRIPT = new URL('../dist/plan-process.js', import.meta.url);
/** The longest result, in bytes (256 MiB). */
const MAX_RESULT_BYTES = 268_435_456;

/** Does a job in a process of its own, which is killed when its time or its memory is over. */
export function runPlanJob<J extends PlanJob>(
  job: J,
  { heapMiB, timeoutMs, signal }: PlanLimits,
): Promise<IsolatedOutcome<PlanJobResults[J['kind']]>> {
  return runIsolated({
    script: SCRIPT,
    input: job,
    heapMiB,
    timeoutMs,
    maxResultBytes: MAX_RESULT_BYTES,
    signal,
  });
}

/**
 * Says why a job was stopped, and in which file: a sentence without a full stop.
 * @param files their names, where they are known
 */
export function stoppedWords(
  { kind, step }: { readonly kind: 'timed-out' | 'out-of-memory'; readonly step: number | undefined },
  { heapMiB, timeoutMs }: Pick<PlanLimits, 'heapMiB' | 'timeoutMs'>,
  files: readonly string[] = [],
): string {
  const limit = kind === 'timed-out' ? `${timeoutMs / 1_000} s` : `${heapMiB} MiB of memory`;
  const name = step === undefined ? undefined : (files[step] ?? (files.length === 0 && `file ${step + 1}`));
  const where = name ? `, in ${quoteForeign(name)}` : '';
  return `The files are too large or too complex: planning them took more than ${limit}${where}. Plan fewer or smaller files at a time`;
}
