import type { SourceNode } from '../../domain/pull-cost/collect-images.ts';
import type { Copies, PlanProblem, Workload } from '../../domain/pull-cost/workload.ts';

/** Names an object within its cluster. */
export interface ObjectName {
  readonly kind: string;
  /** Default: `default`. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/** The objects of a whole plan, which refer to each other across documents and files. */
export interface ObjectIndex {
  /** Registers a workload. A workload that a counted one owns is not counted again. */
  addWorkload(object: ObjectName, workload: Workload, owner: ObjectName | undefined): void;
  /** Registers a template, such as a Task: its workloads start once for each reference to it. */
  addTemplate(object: ObjectName, workloads: readonly Workload[]): void;
  /** Registers a reference to a template. The problem is reported if the plan does not have the template. */
  refer(template: ObjectName, problem: PlanProblem): void;
  /** Registers an autoscaler: the target has at least `least` pods. */
  scale(target: ObjectName, least: number): void;
  /** Returns all workloads of the plan with these relations applied. */
  settle(workloads: readonly Workload[]): {
    readonly workloads: readonly Workload[];
    readonly problems: readonly PlanProblem[];
  };
}

/** Creates an empty index. */
export function createObjectIndex(): ObjectIndex {
  const keys = new Map<Workload, string>();
  const owners = new Map<Workload, string>();
  const counted = new Set<string>();
  const templates = new Map<string, readonly Workload[]>();
  const references = new Map<string, PlanProblem[]>();
  const least = new Map<string, number>();

  function copiesOf(workload: Workload): Copies {
    const { copies } = workload;
    const atLeast = least.get(keys.get(workload) ?? '') ?? 0;
    // An autoscaler does not scale a target that is scaled to zero.
    if ('everyNode' in copies.pods || copies.pods.high === 0) return copies;
    const { low, high } = copies.pods;
    return { ...copies, pods: { low: Math.max(low, atLeast), high: Math.max(high, atLeast) } };
  }

  return {
    addWorkload(object, workload, owner) {
      const key = keyOf(object);
      keys.set(workload, key);
      counted.add(key);
      if (owner) owners.set(workload, keyOf(owner));
    },
    addTemplate(object, workloads) {
      templates.set(keyOf(object), workloads);
    },
    refer(template, problem) {
      const key = keyOf(template);
      const known = references.get(key);
      if (known) known.push(problem);
      else references.set(key, [problem]);
    },
    scale(target, pods) {
      const key = keyOf(target);
      least.set(key, Math.max(least.get(key) ?? 0, pods));
    },
    settle(workloads) {
      const runs = new Map<Workload, number>();
      for (const [key, ofTemplate] of templates) {
        for (const workload of ofTemplate) runs.set(workload, references.get(key)?.length ?? 0);
      }
      const missing = [...references].flatMap(([key, problems]) => (templates.has(key) ? [] : problems));
      const kept = workloads.filter((workload) => !counted.has(owners.get(workload) ?? ''));
      return {
        workloads: kept.map((workload) => {
          const times = runs.get(workload);
          if (times === undefined) return { ...workload, copies: copiesOf(workload) };
          const pods = { low: times, high: Math.max(1, times) };
          return { ...workload, copies: { ...workload.copies, pods } };
        }),
        problems: missing,
      };
    },
  };
}

function keyOf({ kind, namespace, name }: ObjectName): string {
  return JSON.stringify([kind, namespace ?? 'default', name]);
}

/** Returns the name of an object. */
export function objectName(object: SourceNode, kind = object.get('kind').text ?? ''): ObjectName {
  const metadata = object.get('metadata');
  const name = metadata.get('name').text ?? metadata.get('generateName').text ?? '';
  return { kind, namespace: metadata.get('namespace').text, name };
}

/** Returns the controller that owns an object; undefined if there is none. */
export function ownerOf(object: SourceNode): ObjectName | undefined {
  const metadata = object.get('metadata');
  const owner = metadata
    .get('ownerReferences')
    .items()
    .find((reference) => reference.get('controller').text === 'true');
  const { text: kind } = owner?.get('kind') ?? {};
  const { text: name } = owner?.get('name') ?? {};
  if (kind === undefined || name === undefined) return undefined;
  return { kind, name, namespace: metadata.get('namespace').text };
}
