import { nameKey } from '../../domain/pull-cost/known-image.ts';
import { exactly } from '../../domain/pull-cost/pull-range.ts';
import type { Copies, Workload } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';

/** A pod of a cluster. */
export interface RunningPod {
  readonly workload: Workload;
  readonly namespace: string;
  readonly node: string | undefined;
  readonly owner: { readonly kind: string; readonly name: string } | undefined;
}

/** Returns the pods of a namespace as new pods of their owners, on nodes that have the images of the pods that they run now. */
export function restart(selected: readonly RunningPod[], pods: readonly RunningPod[]) {
  const nodes = new Set(pods.flatMap(({ node }) => node ?? []));
  const holders = new Map<string, Set<string>>();
  for (const { workload, node } of pods) {
    if (node === undefined) continue;
    for (const { reference } of workload.uses) {
      const key = nameKey(reference);
      holders.set(key, (holders.get(key) ?? new Set()).add(node));
    }
  }
  return {
    workloads: groupByOwner(selected),
    cluster: {
      nodes: Math.max(1, nodes.size),
      holders: new Map([...holders].map(([key, names]) => [key, names.size])),
    },
  };
}

/** Joins the pods of an owner with the same images. Pods of a DaemonSet start again on their own node. */
function groupByOwner(selected: readonly RunningPod[]): readonly Workload[] {
  const groups = new Map<string, { readonly workload: Workload; count: number }>();
  const pinned: Workload[] = [];
  for (const { workload, namespace, node, owner } of selected) {
    const name = owner ? quoteForeign(`${namespace}/${owner.name}`) : workload.name;
    const renamed = { ...workload, kind: quoteForeign(owner?.kind ?? workload.kind), name };
    if (owner?.kind === 'DaemonSet') {
      pinned.push(atNode(renamed, node));
      continue;
    }
    const key = JSON.stringify([renamed.kind, name, workload.uses.map(({ text }) => text)]);
    const group = groups.get(key);
    if (group) group.count++;
    else groups.set(key, { workload: renamed, count: 1 });
  }
  const free = [...groups.values()].map(({ workload, count }): Workload => {
    return { ...workload, copies: { ...workload.copies, pods: exactly(count) } };
  });
  return [...free, ...pinned];
}

/** Returns the workload of a pod that starts on a machine of its own: the node, or the one that replaces it. */
export function atNode(workload: Workload, node: string | undefined): Workload {
  const copies: Copies = {
    pods: exactly(1),
    spread: { kind: 'free' },
    place: 'cluster',
    machine: node ?? '',
  };
  return { ...workload, copies };
}
