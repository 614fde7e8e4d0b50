import type { SourceNode } from '../../../domain/pull-cost/collect-images.ts';

/** The most jobs that a job may extend, directly or indirectly. GitLab follows eleven levels. */
const MAX_PARENTS = 30;

/** A job as written, and the names of the jobs that it extends. */
export interface WrittenJob<N extends SourceNode> {
  readonly node: N;
  readonly parents: readonly string[];
}

/** Returns a function that finds a job by its name, once; undefined if there is none. */
export function createJobFinder<N extends SourceNode>(root: { get(key: string): N }) {
  const known = new Map<string, WrittenJob<N> | undefined>();
  return (name: string): WrittenJob<N> | undefined => {
    if (!known.has(name)) {
      const node = root.get(name);
      known.set(name, node.kind === 'map' ? { node, parents: parentsOf(node) } : undefined);
    }
    return known.get(name);
  };
}

function parentsOf(job: SourceNode): readonly string[] {
  const parents = job.get('extends');
  const items = parents.kind === 'list' ? parents.items() : [parents];
  return items.flatMap(({ text }) => text ?? []);
}

/** A job and the jobs that it extends, the nearest first. */
interface Lineage<N extends SourceNode> {
  readonly parts: readonly N[];
  /** What is wrong with `extends`. Undefined: nothing. */
  readonly problem: string | undefined;
  /** Whether the job can be counted, in spite of the problem. */
  readonly isWhole: boolean;
}

/**
 * Returns a job and the jobs that it extends, the nearest first, each once (https://docs.gitlab.com/ci/yaml/#extends). A
 * cycle, a missing job, and too many jobs are problems; the chain of the latter is cut.
 */
export function lineageOf<N extends SourceNode>(
  name: string,
  find: (name: string) => WrittenJob<N> | undefined,
): Lineage<N> {
  const parts: N[] = [];
  const seen = new Set<string>();
  const path = new Set<string>();
  let problem: string | undefined;
  let isWhole = true;

  function visit(job: string): void {
    if (path.has(job)) problem ??= `A job extends itself: ${job}`;
    if (seen.has(job)) return;
    const written = find(job);
    if (!written) {
      problem ??= `A job extends one that is not in the plan: ${job}`;
      return;
    }
    if (parts.length > MAX_PARENTS) {
      problem = `A job extends more than ${MAX_PARENTS} others; it is not counted`;
      isWhole = false;
      return;
    }
    seen.add(job);
    path.add(job);
    parts.push(written.node);
    for (const parent of written.parents.toReversed()) {
      if (isWhole) visit(parent);
    }
    path.delete(job);
  }

  visit(name);
  return { parts, problem, isWhole };
}
