import { describe, expect, test } from 'vitest';
import type { Family } from '../../src/metrics/family.ts';
import { createProcessMetrics } from '../../src/metrics/process-metrics.ts';

const clock = { ms: 0, monotonicMs: () => clock.ms };
const read = createProcessMetrics(clock);

/** Reads the metrics of the process without the cache. */
function readAnew(): Promise<readonly Family[]> {
  clock.ms += 60_000;
  return read();
}

describe('createProcessMetrics()', () => {
  test('createProcessMetrics() reads memory, CPU and event loop', async () => {
    const families = await readAnew();
    const found = families.filter(({ samples }) => samples.length > 0).map(({ name }) => name);
    expect(found).toEqual(
      expect.arrayContaining([
        'process_cpu_seconds_total',
        'process_resident_memory_bytes',
        'process_start_time_seconds',
        'nodejs_eventloop_lag_seconds',
        'nodejs_version_info',
      ]),
    );
  });

  test('createProcessMetrics() returns names that end in _total for counters only, after any number of reads', async () => {
    await readAnew();
    const families = await readAnew();
    const misnamed = families.filter(({ name, type }) => name.endsWith('_total') !== (type === 'counter'));
    expect(misnamed.map(({ name }) => name)).toEqual([]);
  });

  test('createProcessMetrics() omits unknown values', async () => {
    const values = (await readAnew()).flatMap(({ samples }) => samples.map(({ value }) => value));
    expect(values.filter((value) => Number.isNaN(value) || value > 2 ** 53)).toEqual([]);
  });

  test('createProcessMetrics() formats labels as text, and bounds as in OpenMetrics', async () => {
    await collectGarbage();
    const samples = (await readAnew()).flatMap((family) => family.samples);
    const bounds = new Set(samples.flatMap(({ labels }) => labels.le ?? []));
    expect(
      samples.flatMap(({ labels }) => Object.values(labels)).every((value) => typeof value === 'string'),
    ).toBe(true);
    expect([...bounds]).toEqual(['0.001', '0.01', '0.1', '1.0', '2.0', '5.0', '+Inf']);
  });

  test('createProcessMetrics() reads at most once a second', async () => {
    const first = await readAnew();
    clock.ms += 999;
    expect(await read()).toBe(first);
    clock.ms += 1;
    expect(await read()).not.toBe(first);
  });
});

/** Allocates memory until a garbage collection is measured, so that its histogram has samples. */
async function collectGarbage(): Promise<void> {
  const hasSamples = (families: readonly Family[]) =>
    families.some(({ name, samples }) => name === 'nodejs_gc_duration_seconds' && samples.length > 0);
  while (!hasSamples(await readAnew())) {
    Array.from({ length: 100_000 }, (_, i) => ({ i }));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
