import { exactly } from '../../domain/pull-cost/pull-range.ts';
import type { ImageUse, Workload, WorkloadSource } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';

/**
 * Creates the workload of a CI job. It runs on a machine without cached images.
 * @param times the number of parallel copies
 */
export function jobWorkload(
  source: Exclude<WorkloadSource, 'kubernetes' | 'compose' | 'dockerfile'>,
  name: string,
  uses: readonly ImageUse[],
  times = 1,
): Workload {
  const copies = { pods: exactly(times), spread: { kind: 'free' }, place: 'fresh' } as const;
  return { source, kind: 'job', name: quoteForeign(name), copies, uses };
}
