import type { RewrittenFile } from './cli/plan/rewrite-files.ts';
import type { PlanBody } from './domain/pull-cost/plan.ts';
import type { PlanBucket } from './domain/pull-cost/plan-bucket.ts';
import { quoteForeign } from './kit/foreign-text.ts';
import { type IsolatedOutcome, runIsolated } from './kit/isolated-process.ts';
import type { PlanReadOptions, ReadFiles } from './planner/plan-files.ts';
import type { SourceFile } from './planner/source-file.ts';
import type { PlanPageParts } from './web/plan/page.ts';

/** What is computed in a process of its own, because it reads what others wrote. */
export type PlanJob = ReadJob | WebJob;

/** Reads files, for the command. */
export interface ReadJob {
  readonly kind: 'read';
  readonly files: readonly SourceFile[];
  readonly options: PlanReadOptions;
  /** Writes the references of another registry into the files; undefined: does not. */
  readonly rewriteTo: string | undefined;
}

/** Parses the body of a request, reads and counts its files, and words the answer: as JSON, or for the page. */
export interface WebJob {
  readonly kind: 'report' | 'page';
  readonly body: PlanBody;
  /** Those of all credentials, in the order of the configuration. */
  readonly buckets: readonly PlanBucket[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a job becomes, by its kind. */
export interface PlanJobResults {
  readonly read: { readonly read: ReadFiles; readonly rewritten: readonly RewrittenFile[] | undefined };
  /** JSON in UTF-8, or why the request cannot be followed. */
  readonly report: { readonly json: Uint8Array } | { readonly problem: string };
  readonly page: PlanPageParts;
}

/** How long a plan may take, in milliseconds. */
export const PLAN_TIMEOUT_MS = 10_000;

/** What a job may use. */
interface PlanLimits {
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
