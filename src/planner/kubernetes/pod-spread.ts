import { countAt, isTrue, nodeAt, type SourceNode } from '../../domain/pull-cost/collect-images.ts';
import type { Spread } from '../../domain/pull-cost/workload.ts';
import { isSelected } from './label-selector.ts';

const HOSTNAME = 'kubernetes.io/hostname';
/** Labels that every node of a usual cluster has with this value. */
const ON_EVERY_NODE: Readonly<Record<string, string>> = {
  'kubernetes.io/os': 'linux',
  'beta.kubernetes.io/os': 'linux',
};

/**
 * Whether the pods of one template avoid one another, as far as the scheduler has to obey: required anti-affinity by host,
 * a port of the host, or a spread over hosts that must not be missed. Preferences are only that.
 */
export function spreadOf(template: SourceNode): Spread {
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

/** Whether the pods run on some nodes only, as far as the template says. */
export function isSelective(spec: SourceNode): boolean {
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
