import { nodeAt, type SourceNode } from '../../domain/pull-cost/collect-images.ts';
import type { PlanProblem, RunningCluster, Workload } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import type { Disruption } from '../source-file.ts';
import { ownerOf } from './object-index.ts';
import { atNode, type RunningPod, restart } from './restarted-pods.ts';

/** Collects the running pods of a cluster, as `kubectl get pods -A -o json` prints them. */
export interface RunningPods {
  /** Registers a pod with its workload. */
  add(pod: SourceNode, workload: Workload): void;
  /**
   * Returns the workloads that start after a disruption.
   * @param workloads all workloads of the files; those that are not pods are problems
   * @param file the place of a problem with the disruption if there are no workloads
   */
  disrupt(
    workloads: readonly Workload[],
    file: string,
  ): {
    readonly workloads: readonly Workload[];
    readonly problems: readonly PlanProblem[];
    /** Undefined if the machines have no images. */
    readonly cluster: RunningCluster | undefined;
  };
}

/** Phases of pods that have ended. */
const ENDED = new Set(['Succeeded', 'Failed']);
/** The most names in a message. */
const MAX_NAMES = 10;

/** Creates an empty collection for a disruption. */
export function createRunningPods(disruption: Disruption): RunningPods {
  const all = new Map<Workload, RunningPod | undefined>();
  return {
    add(pod, workload) {
      const spec = pod.get('spec');
      const hasLogin = spec.get('imagePullSecrets').items().length > 0;
      const isEnded = ENDED.has(nodeAt(pod, 'status', 'phase').text ?? '');
      all.set(
        workload,
        isEnded
          ? undefined
          : {
              workload: { ...workload, uses: workload.uses.map((use) => ({ ...use, hasLogin })) },
              namespace: nodeAt(pod, 'metadata', 'namespace').text ?? 'default',
              node: spec.get('nodeName').text,
              owner: ownerOf(pod),
            },
      );
    },
    disrupt(workloads, file) {
      const pods = [...all.values()].filter((pod) => pod !== undefined);
      const strays = workloads.filter((workload) => !all.has(workload));
      const problems = strays.flatMap(({ uses: [use] }) => (use ? problemAt(use, 'Not a running pod') : []));
      const { selected, missing } = selectPods(pods, disruption);
      const [first] = workloads;
      const place = first?.uses[0] ?? { file, line: 1, column: 1 };
      if (missing !== undefined) problems.push(problemAt(place, missing));
      if (disruption.kind === 'restart') return { ...restart(selected, pods), problems };
      const onMachines = selected.map(({ workload, node }) => atNode(workload, node));
      return { workloads: onMachines, problems, cluster: undefined };
    },
  };
}

/** Selects the pods that start again. Returns a message if there are none. */
function selectPods(
  pods: readonly RunningPod[],
  disruption: Disruption,
): { readonly selected: readonly RunningPod[]; readonly missing: string | undefined } {
  switch (disruption.kind) {
    case 'replace-all':
      return { selected: pods.filter(({ node }) => node !== undefined), missing: undefined };
    case 'lose-node':
      return choose(pods, disruption.node, 'node', ({ node }) => node);
    case 'restart':
      return choose(pods, disruption.namespace, 'namespace', ({ namespace }) => namespace);
  }
}

function choose(
  pods: readonly RunningPod[],
  wanted: string,
  noun: string,
  select: (pod: RunningPod) => string | undefined,
) {
  const selected = pods.filter((pod) => select(pod) === wanted);
  if (selected.length > 0) return { selected, missing: undefined };
  const names = [...new Set(pods.map(select))].filter((name) => name !== undefined).toSorted();
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  const known = `${names.slice(0, MAX_NAMES).join(', ')}${more}`;
  return {
    selected,
    missing: quoteForeign(`No pod runs in the ${noun} ${wanted}; there are ${known || 'none'}`),
  };
}

function problemAt({ file, line, column }: Omit<PlanProblem, 'message'>, message: string): PlanProblem {
  return { file, line, column, message };
}
