import {
  collectNode,
  type DocumentReading,
  emptyCollection,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import { exactly } from '../../domain/pull-cost/pull-range.ts';
import { groupOf } from './kinds-without-pods.ts';
import { displayName, type ManifestOptions } from './object-reading.ts';

/** Reports whether an object is the configuration of a cluster in containers (https://kind.sigs.k8s.io/docs/user/configuration/). */
export function isKindCluster(kind: string, apiVersion: string): boolean {
  return kind === 'Cluster' && groupOf(apiVersion) === 'kind.x-k8s.io';
}

/**
 * Reads the configuration of a cluster of kind. Docker pulls the image of each node on one machine. A node without an image has
 * that of the version of kind, which is not in the file.
 */
export function readKindCluster(object: SourceNode, { budget, file }: ManifestOptions): DocumentReading {
  const basket = emptyCollection(budget);
  const nodes = object.get('nodes').items();
  for (const node of nodes) {
    const container = node.get('role').text ?? 'node';
    collectNode(basket, node.get('image'), { file, container, role: 'container', policy: 'if-not-present' });
  }
  const without = nodes.length === 0 ? object : nodes.find((node) => node.get('image').kind === 'nothing');
  if (without) {
    const message = 'A node without an image has that of the version of kind, which is not known';
    const { line, column } = without;
    basket.problems.push({ file, line, column, message });
  }
  // The source of the workload decides what pulls: here Docker.
  const workload = {
    source: 'compose',
    kind: 'Cluster',
    name: displayName(object) || object.get('name').text || 'kind',
    copies: { pods: exactly(1), spread: { kind: 'free' }, place: 'host' },
    uses: basket.uses,
  } as const;
  return {
    workloads: basket.uses.length > 0 ? [workload] : [],
    problems: basket.problems,
    passive: [],
  };
}
