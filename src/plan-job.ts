import type { RewrittenFile } from './cli/plan/rewrite-files.ts';
import type { PlanBody } from './domain/pull-cost/plan.ts';
import type { PlanBucket } from './domain/pull-cost/plan-bucket.ts';
import { quoteForeign } from './kit/foreign-text.ts';
import { type IsolatedOutcome, runIsolated } from './kit/isolated-process.ts';
import { packageFile } from './kit/package-file.ts';
import type { PlanReadOptions, ReadFiles } from './planner/plan-files.ts';
import type { SourceFile } from './planner/source-file.ts';
import type { PlanPageParts } from './web/plan/page.ts';

/** The input of the separate process that reads untrusted files. */
export type PlanJob = ReadJob | WebJob;

/** The job of `headroom plan`: reads files. */
export interface ReadJob {
  readonly kind: 'read';
  readonly files: readonly SourceFile[];
  readonly options: PlanReadOptions;
  /** The registry whose names replace those in the files. Undefined: files are not rewritten. */
  readonly rewriteTo: string | undefined;
}

/** The job of a request: parses its body, reads and counts its files, and formats the response as JSON or for the page. */
export interface WebJob {
  readonly kind: 'report' | 'page';
  readonly body: PlanBody;
  /** The buckets of all credentials, in the order of the configuration. */
  readonly buckets: readonly PlanBucket[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The result of a job, by its kind. */
export interface PlanJobResults {
  readonly read: { readonly read: ReadFiles; readonly rewritten: readonly RewrittenFile[] | undefined };
  /** JSON in UTF-8, or the problem of the request. */
  readonly report: { readonly json: Uint8Array } | { readonly problem: string };
  readonly page: PlanPageParts;
}

/** The default timeout of a plan, in milliseconds (10 s). */
export const PLAN_TIMEOUT_MS = 10_000;

/** The limits of a job. */
interface PlanLimits {
  /** The largest heap, in MiB. */
  readonly heapMiB: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The script that is built from `plan-process.ts`. */
const SCRIPT = packageFile('dist/plan-process.js');
/** The longest result, in bytes (256 MiB). */
const MAX_RESULT_BYTES = 268_435_456;

/** Runs a job in a separate process, which is killed when it exceeds its time or memory. */
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
 * Describes why a job was stopped, and in which file, without a full stop.
 * @param files the names of the files; empty if they are not known
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
