import { type RewrittenFile, rewriteFiles } from './cli/plan/rewrite-files.ts';
import { makePlan } from './domain/pull-cost/plan.ts';
import type { PlanBucket } from './domain/pull-cost/plan-bucket.ts';
import { reportPlan } from './domain/pull-cost/plan-report.ts';
import type { PlanRequest } from './domain/pull-cost/plan-request.ts';
import { type PlanReadOptions, type ReadFiles, readPlanFiles } from './plan-files.ts';
import type { SourceFile } from './planner/source-file.ts';
import { type PlanResult, toPlanResult } from './web/plan-page.ts';

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

/** Reads files, counts them and words the answer, as JSON or for the page. */
export interface WebJob {
  readonly kind: 'report' | 'page';
  readonly files: readonly SourceFile[];
  readonly request: Omit<PlanRequest, 'files'>;
  readonly buckets: readonly PlanBucket[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a job becomes, by its kind. */
export interface PlanJobResults {
  readonly read: { readonly read: ReadFiles; readonly rewritten: readonly RewrittenFile[] | undefined };
  /** JSON in UTF-8. */
  readonly report: Uint8Array;
  readonly page: PlanResult;
}

/**
 * Does a job.
 * @param reportStep called with the place of each file before it is read, and with their number when all are read
 */
export function doPlanJob(
  job: PlanJob,
  reportStep: (step: number) => void,
): PlanJobResults[keyof PlanJobResults] {
  return job.kind === 'read' ? readFor(job, reportStep) : answerFor(job, reportStep);
}

function readFor({ files, options, rewriteTo }: ReadJob, reportStep: (step: number) => void) {
  const read = readPlanFiles(files, options, reportStep);
  reportStep(files.length);
  const rewritten = rewriteTo === undefined ? undefined : rewriteFiles(files, read.workloads, rewriteTo);
  return { read, rewritten };
}

function answerFor({ kind, files, request, buckets, now }: WebJob, reportStep: (step: number) => void) {
  const { variables, profiles, nodes, clusters, runtime, model, platforms } = request;
  const read = readPlanFiles(
    files,
    { variables, profiles, target: undefined, ignoredKinds: new Set() },
    reportStep,
  );
  reportStep(files.length);
  const options = { nodes, clusters, runtime, model, platforms, known: new Map(), cached: new Set<string>() };
  const plan = makePlan(read, options, buckets, now);
  const { unrecognised } = read;
  if (kind === 'page') return toPlanResult(plan, unrecognised, now);
  return Buffer.from(JSON.stringify(reportPlan(plan, { files: 'FILE', unrecognised }, now)));
}
