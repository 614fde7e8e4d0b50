/** The process that `runPlanJob()` starts: one job, then it ends. */
import { serveIsolated } from './kit/isolated-process.ts';
import { doPlanJob, type PlanJob } from './plan-job.ts';

await serveIsolated<PlanJob>(doPlanJob);
