import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countPulls } from '../../src/domain/pull-cost/count-pulls.ts';
import { costOptions } from '../domain/pull-cost/workloads.ts';
import { FUZZ_INPUTS, type FuzzInput } from './fuzz-inputs.ts';
import { readFiles } from './planned.ts';

/** The inputs of each reader. `npm run fuzz-plan` sets 100,000. */
const RUNS = Number(process.env.HEADROOM_FUZZ_RUNS ?? 1_000);
const SEED = 20_261_129;
/** The limits of one input: processor time in microseconds (2 s), and memory in bytes (200 MiB). */
const MAX_TIME_US = 2_000_000;
const MAX_MEMORY_BYTES = 200 * 1_048_576;
/** For a loaded machine. */
const TIMEOUT_MS = 60_000 + RUNS * 60;

/** Plans the files of an input, and checks what must hold for every plan. */
function plan(files: FuzzInput): void {
  const memory = process.memoryUsage().heapUsed;
  const start = process.cpuUsage();
  const read = readFiles(files);
  const { total } = countPulls(read.workloads, costOptions({ nodes: 3 }));
  const { user } = process.cpuUsage(start);
  expect(total.low).toBeLessThanOrEqual(total.high);
  expect(user).toBeLessThan(MAX_TIME_US);
  expect(process.memoryUsage().heapUsed - memory).toBeLessThan(MAX_MEMORY_BYTES);
}

test.each(Object.entries(FUZZ_INPUTS))(
  'readPlanFiles() reads every input, within time and memory: %s',
  (_name, inputs) => {
    fc.assert(fc.property(inputs, plan), { numRuns: RUNS, seed: SEED });
  },
  TIMEOUT_MS,
);
