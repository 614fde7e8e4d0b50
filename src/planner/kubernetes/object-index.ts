import type { SourceNode } from '../../domain/pull-cost/collect-images.ts';
import type { Copies, PlanProblem, Workload } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';

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
  /**
   * Registers a template, such as a Task: its workloads start once for each reference to it.
   * @param defaults the parameters whose defaults its images depend on. Default: none
   */
  addTemplate(object: ObjectName, workloads: readonly Workload[], defaults?: ReadonlySet<string>): void;
  /**
   * Registers a reference to a template. The problem is reported if the plan does not have the template.
   * @param given the parameters that it gives: a problem if images depend on their defaults. Default: none
   */
  refer(template: ObjectName, problem: PlanProblem, given?: readonly string[]): void;
  /**
   * Registers an autoscaler: the target has at least `least` pods.
   * @param startsIdle whether it scales a target that is scaled to zero, too
   */
  scale(target: ObjectName, least: number, startsIdle: boolean): void;
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
  const templates = new Map<string, { workloads: readonly Workload[]; defaults: ReadonlySet<string> }>();
  const references = new Map<string, { problem: PlanProblem; given: readonly string[] }[]>();
  const least = new Map<string, number>();
  /** Targets that are scaled from zero. */
  const started = new Set<string>();

  function copiesOf(workload: Workload): Copies {
    const { copies } = workload;
    const key = keys.get(workload) ?? '';
    const atLeast = least.get(key) ?? 0;
    // A HorizontalPodAutoscaler does not scale a target that is scaled to zero.
    if ('everyNode' in copies.pods || (copies.pods.high === 0 && !started.has(key))) return copies;
    const { low, high } = copies.pods;
    return { ...copies, pods: { low: Math.max(low, atLeast), high: Math.max(high, atLeast) } };
  }

  function problemWith({ problem, given }: { problem: PlanProblem; given: readonly string[] }, key: string) {
    const template = templates.get(key);
    const name = given.find((one) => template?.defaults.has(one));
    if (!template) return [problem];
    const message = `The parameter ${name} changes an image, which is counted with its default`;
    return name === undefined ? [] : [{ ...problem, message: quoteForeign(message) }];
  }

  return {
    addWorkload(object, workload, owner) {
      const key = keyOf(object);
      keys.set(workload, key);
      counted.add(key);
      if (owner) owners.set(workload, keyOf(owner));
    },
    addTemplate(object, workloads, defaults = new Set()) {
      templates.set(keyOf(object), { workloads, defaults });
    },
    refer(template, problem, given = []) {
      const key = keyOf(template);
      const known = references.get(key);
      if (known) known.push({ problem, given });
      else references.set(key, [{ problem, given }]);
    },
    scale(target, pods, startsIdle) {
      const key = keyOf(target);
      if (startsIdle) started.add(key);
      least.set(key, Math.max(least.get(key) ?? 0, pods));
    },
    settle(workloads) {
      const runs = new Map<Workload, number>();
      for (const [key, template] of templates) {
        for (const workload of template.workloads) runs.set(workload, references.get(key)?.length ?? 0);
      }
      const unclear = [...references].flatMap(([key, list]) => list.flatMap((one) => problemWith(one, key)));
      const kept = workloads.filter((workload) => !counted.has(owners.get(workload) ?? ''));
      return {
        workloads: kept.map((workload) => {
          const times = runs.get(workload);
          if (times === undefined) return { ...workload, copies: copiesOf(workload) };
          const pods = { low: times, high: Math.max(1, times) };
          return { ...workload, copies: { ...workload.copies, pods } };
        }),
        problems: unclear,
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
