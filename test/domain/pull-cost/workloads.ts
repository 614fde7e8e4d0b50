import {
  collect,
  createReadingBudget,
  emptyCollection,
  type FoundImage,
} from '../../../src/domain/pull-cost/collect-images.ts';
import type { CostOptions } from '../../../src/domain/pull-cost/count-pulls.ts';
import { exactly } from '../../../src/domain/pull-cost/pull-range.ts';
import type { Copies, Workload } from '../../../src/domain/pull-cost/workload.ts';

/** Pods that lie where the scheduler likes. */
export function pods(count: number, changes: Partial<Copies> = {}): Copies {
  return { pods: exactly(count), spread: { kind: 'free' }, place: 'cluster', ...changes };
}

/** A workload of images, each with what is special about it. */
export function workload(
  images: readonly (string | Partial<FoundImage>)[],
  changes: Partial<Omit<Workload, 'uses'>> = {},
): Workload {
  const basket = emptyCollection(createReadingBudget());
  for (const [i, image] of images.entries()) {
    const special = typeof image === 'string' ? { text: image } : image;
    collect(basket, {
      file: 'a.yml',
      line: i + 1,
      column: 1,
      container: `c${i}`,
      role: 'container',
      text: 'nginx:1',
      range: undefined,
      ...special,
    });
  }
  if (basket.problems.length > 0) throw new Error(JSON.stringify(basket.problems));
  return {
    source: 'kubernetes',
    kind: 'Deployment',
    name: 'web',
    copies: pods(1),
    ...changes,
    uses: basket.uses,
  };
}

/** One cluster of unknown size, containerd, per GET. */
export function costOptions(changes: Partial<CostOptions> = {}): CostOptions {
  return {
    model: 'per-get',
    runtime: undefined,
    nodes: undefined,
    clusters: 1,
    platforms: ['linux/amd64'],
    known: new Map(),
    cached: new Set(),
    ...changes,
  };
}
