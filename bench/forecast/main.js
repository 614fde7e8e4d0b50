/**
 * How good the forecasts are, on simulated traces: `npm run build && node bench/forecast/main.js [--tune] [--every N] [--seeds N]`.
 * `--tune` uses the seeds that the constants were chosen on, without the families held out.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { HELD_OUT, TUNED } from './demand-families.js';
import { emptyScore, scoreTrace } from './score.js';
import { renderTables } from './tables.js';
import { makeTrace } from './trace.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KINDS = /** @type {const} */ (['sliding', 'fixed-clock', 'fixed-first-pull']);

/** @typedef {{family: string, kind: typeof KINDS[number], windowMs: number, limit: number, seed: number}} Job */

/** @param {{tune: boolean, seeds: number}} options @returns {Job[]} */
function planJobs({ tune, seeds }) {
  const families = Object.keys(tune ? TUNED : { ...TUNED, ...HELD_OUT });
  const firstSeed = tune ? 1 : 1_000_001;
  return families.flatMap((family, f) =>
    KINDS.flatMap((kind, k) =>
      [HOUR_MS, 6 * HOUR_MS].flatMap((windowMs, w) =>
        Array.from({ length: seeds }, (_, s) => ({
          family,
          kind,
          windowMs,
          limit: s % 2 === 0 ? 100 : 200,
          seed: firstSeed + 1_009 * s + 101 * f + 11 * k + w,
        })),
      ),
    ),
  );
}

/** @param {Job} job @param {number} every */
function runJob(job, every) {
  const family = { ...TUNED, ...HELD_OUT }[job.family];
  if (!family) throw new RangeError(`Unknown family: ${job.family}`);
  const withProfile = job.family === 'office week';
  const learnMs = withProfile ? 21 * DAY_MS : HOUR_MS;
  const evaluateMs = withProfile ? 7 * DAY_MS : 2 * DAY_MS;
  const trace = makeTrace({ ...job, family, learnMs, evaluateMs });
  return scoreTrace(trace, { withProfile, every: withProfile ? every * 2 : every });
}

/** @param {Job[]} jobs @param {number} every @returns {Promise<{job: Job, score: import('./score.js').Score}[]>} */
async function runAll(jobs, every) {
  const results = [];
  const queue = [...jobs];
  const work = async () => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { every } });
    for (let job = queue.shift(); job; job = queue.shift()) {
      worker.postMessage(job);
      const score = await new Promise((resolve, reject) => {
        worker.once('message', resolve).once('error', reject);
      });
      worker.removeAllListeners('error');
      results.push({ job, score });
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}

if (isMainThread) {
  const { values } = parseArgs({
    options: {
      tune: { type: 'boolean', default: false },
      every: { type: 'string', default: '4' },
      seeds: { type: 'string', default: '2' },
    },
  });
  const jobs = planJobs({ tune: values.tune, seeds: Number(values.seeds) });
  const results = await runAll(jobs, Number(values.every));
  console.log(renderTables(results, emptyScore));
} else {
  parentPort?.on('message', (job) => parentPort?.postMessage(runJob(job, workerData.every)));
}
