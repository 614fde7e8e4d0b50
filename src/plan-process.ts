/** The script of the process that `runPlanJob()` starts. It runs one job and ends. */
import { rewriteFiles } from './cli/plan/rewrite-files.ts';
import { serveIsolated } from './kit/isolated-process.ts';
import type { PlanJob, PlanJobResults, ReadJob } from './plan-job.ts';
import { readPlanFiles } from './planner/plan-files.ts';
import { isEnvFile } from './planner/source-file.ts';

await serveIsolated<PlanJob>(doPlanJob);

/**
 * Runs a job.
 * @param reportStep called with the index of each file before it is read, and with their number at the end
 */
async function doPlanJob(
  job: PlanJob,
  reportStep: (step: number) => void,
): Promise<PlanJobResults[keyof PlanJobResults]> {
  if (job.kind === 'read') return readFor(job, reportStep);
  // The parsers of requests are not loaded for the command.
  const { answerWebJob } = await import('./plan-answer.ts');
  return answerWebJob(job, reportStep);
}

function readFor({ files, options, rewriteTo }: ReadJob, reportStep: (step: number) => void) {
  const read = readPlanFiles(files, options, reportStep);
  reportStep(files.length);
  const planned = files.filter(({ name }) => !isEnvFile(name));
  const rewritten = rewriteTo === undefined ? undefined : rewriteFiles(planned, read.workloads, rewriteTo);
  return { read, rewritten };
}
