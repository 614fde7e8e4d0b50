import { type RewrittenFile, rewriteFiles } from './cli/plan/rewrite-files.ts';
import type { PlanBody } from './domain/pull-cost/plan.ts';
import type { PlanBucket } from './domain/pull-cost/plan-bucket.ts';
import { type PlanReadOptions, type ReadFiles, readPlanFiles } from './plan-files.ts';
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

/**
 * Does a job.
 * @param reportStep called with the place of each file before it is read, and with their number when all are read
 */
export async function doPlanJob(
  job: PlanJob,
  reportStep: (step: number) => void,
): Promise<PlanJobResults[keyof PlanJobResults]> {
  if (job.kind === 'read') return readFor(job, reportStep);
  // The command does without the parsers of requests.
  const { answerWebJob } = await import('./plan-web-job.ts');
  return answerWebJob(job, reportStep);
}

function readFor({ files, options, rewriteTo }: ReadJob, reportStep: (step: number) => void) {
  const read = readPlanFiles(files, options, reportStep);
  reportStep(files.length);
  const rewritten = rewriteTo === undefined ? undefined : rewriteFiles(files, read.workloads, rewriteTo);
  return { read, rewritten };
}
