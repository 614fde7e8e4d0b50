import { countAt, isTrue, nodeAt, type SourceNode } from '../../domain/pull-cost/collect-images.ts';
import { exactly, type PullRange } from '../../domain/pull-cost/pull-range.ts';
import type { Copies } from '../../domain/pull-cost/workload.ts';
import { isSelective, spreadOf } from './pod-spread.ts';
import type { WorkloadKind } from './workload-kinds.ts';

/** How many pods an object starts in a cluster, and where they may lie. */
export function copiesOf(object: SourceNode, kind: WorkloadKind, template: SourceNode): Copies {
  const place = { spread: spreadOf(template), place: 'cluster' } as const;
  const counted = nodeAt(object, ...kind.counted);
  switch (kind.count) {
    case 'one':
      return { ...place, pods: exactly(1) };
    case 'replicas':
      return { ...place, pods: exactly(countAt(counted, 'replicas') ?? 1) };
    case 'every-node':
      return { ...place, pods: { everyNode: true, isSelective: isSelective(template.get('spec')) } };
    case 'job':
      return { ...place, ...jobPods(counted, isSuspended(object, counted)) };
  }
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/job/: without completions, as many as run at once. */
function jobPods(job: SourceNode, isWaiting: boolean): { pods: PullRange; atOnce: number } {
  const parallelism = countAt(job, 'parallelism');
  const completions = countAt(job, 'completions') ?? parallelism ?? 1;
  const pods = parallelism === 0 ? 0 : completions;
  return { pods: { low: isWaiting ? 0 : pods, high: pods }, atOnce: Math.min(parallelism ?? 1, pods) };
}

function isSuspended(object: SourceNode, job: SourceNode): boolean {
  return isTrue(nodeAt(object, 'spec', 'suspend')) || isTrue(job.get('suspend'));
}
