/**
 * How good the forecasts are, on made and on real demand: `npm run forecast-quality -- [FLAGS] [TRACE.csv ...]`.
 *
 * `--tune` uses the families and seeds that constants may be chosen on. `--only TEXT` uses the families whose name contains
 * the text. `--every N` makes a forecast at every Nth poll. `--seeds N` makes N traces of each kind. `--workers N` uses N
 * threads. A TRACE.csv is a recorded series of counts, one row for every five minutes: `timestamp,value`.
 */
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { DAY_MS, type Family, HOUR_MS } from './demand.ts';
import { addTraceScores, evaluateTrace, type TraceScore } from './evaluate.ts';
import { HELD_OUT, TUNED } from './made-families.ts';
import { realFamilies } from './real-trace.ts';
import { type Group, renderTables } from './tables.ts';
import { makeTrace } from './trace.ts';

const KINDS = ['sliding', 'fixed-clock', 'fixed-first-pull'] as const;
/** The family that has a weekly profile: it learns three weeks. */
const WITH_PROFILE = 'office week';

interface Job {
  readonly family: string;
  readonly kind: (typeof KINDS)[number];
  readonly windowMs: number;
  readonly limit: number;
  readonly seed: number;
}

interface Shared {
  readonly every: number;
  readonly paths: readonly string[];
}

function planJobs(families: readonly string[], firstSeed: number, seeds: number): Job[] {
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

function runJob(job: Job, family: Family, every: number): TraceScore {
  const withProfile = job.family === WITH_PROFILE;
  const learnMs = withProfile ? 21 * DAY_MS : DAY_MS;
  const evaluateMs = withProfile ? 7 * DAY_MS : 2 * DAY_MS;
  const trace = makeTrace({ ...job, family, learnMs, evaluateMs });
  return evaluateTrace(trace, { withProfile, every: withProfile ? every * 4 : every });
}

async function runAll(jobs: readonly Job[], shared: Shared, workers: number) {
  const results: { job: Job; score: TraceScore }[] = [];
  const queue = [...jobs];
  const work = async () => {
    const worker = new Worker(new URL(import.meta.url), { workerData: shared });
    for (let job = queue.shift(); job; job = queue.shift()) {
      worker.postMessage(job);
      const score = await new Promise<TraceScore>((resolve, reject) => {
        worker.once('message', resolve).once('error', reject);
      });
      worker.removeAllListeners('error');
      results.push({ job, score });
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: workers }, work));
  return results;
}

function groupsOf(results: readonly { readonly job: Job; readonly score: TraceScore }[]): Group[] {
  const names = [...new Set(results.map(({ job }) => `${job.family}, ${job.kind.split('-')[0]}`))].sort();
  const groups = names.map((name) => ({
    name,
    score: addTraceScores(
      results
        .filter(({ job }) => `${job.family}, ${job.kind.split('-')[0]}` === name)
        .map(({ score }) => score),
    ),
  }));
  return [...groups, { name: '**all**', score: addTraceScores(results.map(({ score }) => score)) }];
}

function realFamiliesOf(paths: readonly string[]): Record<string, Family> {
  return Object.assign({}, ...paths.map(realFamilies));
}

if (isMainThread) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tune: { type: 'boolean', default: false },
      real: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      every: { type: 'string', default: '4' },
      seeds: { type: 'string', default: '2' },
      workers: { type: 'string', default: '1' },
    },
  });
  const made = values.real ? {} : values.tune ? TUNED : { ...TUNED, ...HELD_OUT };
  const families = Object.keys({ ...made, ...realFamiliesOf(positionals) });
  const jobs = planJobs(
    families.filter((family) => family.includes(values.only)),
    values.tune ? 1 : 1_000_001,
    Number(values.seeds),
  );
  const shared = { every: Number(values.every), paths: positionals };
  console.log(renderTables(groupsOf(await runAll(jobs, shared, Number(values.workers)))));
} else {
  const { every, paths } = workerData as Shared;
  const families: Record<string, Family> = { ...TUNED, ...HELD_OUT, ...realFamiliesOf(paths) };
  parentPort?.on('message', (job: Job) => {
    const family = families[job.family];
    if (!family) throw new RangeError(`Unknown family: ${job.family}`);
    parentPort?.postMessage(runJob(job, family, every));
  });
}
