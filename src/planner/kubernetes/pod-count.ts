import { countAt, isTrue, nodeAt, type SourceNode } from '../../domain/pull-cost/collect-images.ts';
import { exactly, type PullRange } from '../../domain/pull-cost/pull-range.ts';
import type { Copies, Spread } from '../../domain/pull-cost/workload.ts';
import type { WorkloadKind } from './workload-kinds.ts';

/**
 * Reports whether a label selector selects a pod with these labels
 * (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/). An empty selector selects all, a missing one none.
 */
function isSelected(selector: SourceNode, labels: SourceNode): boolean {
  if (selector.kind !== 'map') return false;
  const matches = selector
    .get('matchLabels')
    .entries()
    .every(([key, value]) => labels.get(key).text === value.text);
  return (
    matches &&
    selector
      .get('matchExpressions')
      .items()
      .every((rule) => isMet(rule, labels))
  );
}

function isMet(rule: SourceNode, labels: SourceNode): boolean {
  const label = labels.get(rule.get('key').text ?? '').text;
  const values = rule
    .get('values')
    .items()
    .map(({ text }) => text);
  switch (rule.get('operator').text) {
    case 'In':
      return label !== undefined && values.includes(label);
    case 'NotIn':
      return label === undefined || !values.includes(label);
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    default:
      return false;
  }
}

const HOSTNAME = 'kubernetes.io/hostname';
/** Labels and values that every node of a usual cluster has. */
const ON_EVERY_NODE: Readonly<Record<string, string>> = {
  'kubernetes.io/os': 'linux',
  'beta.kubernetes.io/os': 'linux',
};

/**
 * Returns how the scheduler must spread the pods of one template: by required anti-affinity by host, a host port, or a
 * required spread over hosts. Preferences are ignored.
 */
function spreadOf(template: SourceNode): Spread {
  const labels = nodeAt(template, 'metadata', 'labels');
  const spec = template.get('spec');
  if (isRepelledByItself(spec, labels) || usesHostPort(spec)) return { kind: 'apart' };
  const maxSkew = spec
    .get('topologySpreadConstraints')
    .items()
    .filter((constraint) => isByHost(constraint) && mustHold(constraint))
    .filter((constraint) => isSelected(constraint.get('labelSelector'), labels))
    .map((constraint) => Math.max(1, countAt(constraint, 'maxSkew') ?? 1))
    .sort((a, b) => a - b)[0];
  return maxSkew === undefined ? { kind: 'free' } : { kind: 'even', maxSkew };
}

/** Reports whether the template restricts the pods to some nodes. */
function isSelective(spec: SourceNode): boolean {
  const selected = spec
    .get('nodeSelector')
    .entries()
    .some(([key, { text }]) => ON_EVERY_NODE[key] !== text);
  const required = nodeAt(spec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  return selected || required.kind !== 'nothing';
}

function isRepelledByItself(spec: SourceNode, labels: SourceNode): boolean {
  return nodeAt(spec, 'affinity', 'podAntiAffinity', 'requiredDuringSchedulingIgnoredDuringExecution')
    .items()
    .some((term) => isByHost(term) && isSelected(term.get('labelSelector'), labels));
}

function usesHostPort(spec: SourceNode): boolean {
  const isOnHost = isTrue(spec.get('hostNetwork'));
  return spec
    .get('containers')
    .items()
    .flatMap((container) => container.get('ports').items())
    .some((port) => (countAt(port, 'hostPort') ?? 0) > 0 || isOnHost);
}

function isByHost(term: SourceNode): boolean {
  return term.get('topologyKey').text === HOSTNAME;
}

function mustHold(constraint: SourceNode): boolean {
  return (constraint.get('whenUnsatisfiable').text ?? 'DoNotSchedule') === 'DoNotSchedule';
}

/** Returns a whole number; undefined if it is missing, or was reported as a problem. */
type ReadCount = (node: SourceNode) => number | undefined;

/** Returns how many pods an object starts in a cluster, and on which nodes they may run. */
export function copiesOf(
  object: SourceNode,
  kind: WorkloadKind,
  template: SourceNode,
  readCount: ReadCount,
): Copies {
  const place = { spread: spreadOf(template), place: 'cluster' } as const;
  const counted = nodeAt(object, ...kind.counted);
  switch (kind.count) {
    case 'one':
      return { ...place, pods: exactly(1) };
    case 'scaled':
      return { ...place, pods: exactly(Math.max(1, ...LEAST_SCALES.map((name) => scaleOf(template, name)))) };
    case 'replicas':
      return { ...place, pods: exactly(readCount(counted.get('replicas')) ?? 1) };
    case 'every-node':
      return { ...place, pods: { everyNode: true, isSelective: isSelective(template.get('spec')) } };
    case 'job':
      return { ...place, ...jobPods(counted, isSuspended(object, counted), readCount) };
  }
}

/** Annotations with the least pods of a revision (https://knative.dev/docs/serving/autoscaling/scale-bounds/). */
const LEAST_SCALES = ['min-scale', 'minScale', 'initial-scale', 'initialScale'] as const;

function scaleOf(template: SourceNode, name: (typeof LEAST_SCALES)[number]): number {
  return countAt(template, 'metadata', 'annotations', `autoscaling.knative.dev/${name}`) ?? 0;
}

/** https://kubernetes.io/docs/concepts/workloads/controllers/job/: without completions, as many as run at once. */
function jobPods(
  job: SourceNode,
  isWaiting: boolean,
  readCount: ReadCount,
): { pods: PullRange; atOnce: number } {
  const parallelism = readCount(job.get('parallelism'));
  const completions = readCount(job.get('completions')) ?? parallelism ?? 1;
  const pods = parallelism === 0 ? 0 : completions;
  return { pods: { low: isWaiting ? 0 : pods, high: pods }, atOnce: Math.min(parallelism ?? 1, pods) };
}

function isSuspended(object: SourceNode, job: SourceNode): boolean {
  return isTrue(nodeAt(object, 'spec', 'suspend')) || isTrue(job.get('suspend'));
}
