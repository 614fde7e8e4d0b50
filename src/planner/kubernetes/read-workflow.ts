import type { ReadingBudget } from '../../domain/pull-cost/collect-images.ts';
import { emptyBasket, nodeAt, type SourceNode } from '../../domain/pull-cost/collect-images.ts';
import { exactly } from '../../domain/pull-cost/pull-range.ts';
import type { FileReading, Workload } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import { collectContainer } from './pod-images.ts';

/** Kinds of Argo Workflows (https://argo-workflows.readthedocs.io/), with the path of what holds their templates. */
const WORKFLOWS: Readonly<Record<string, readonly string[]>> = {
  Workflow: ['spec'],
  WorkflowTemplate: ['spec'],
  ClusterWorkflowTemplate: ['spec'],
  CronWorkflow: ['spec', 'workflowSpec'],
};

/** A workflow: each of its templates with a container is a pod of its own, run once. Undefined for other kinds. */
export function readWorkflow(
  object: SourceNode,
  name: string,
  { file, budget }: { readonly file: string; readonly budget: ReadingBudget },
): FileReading | undefined {
  const kind = object.get('kind').text ?? '';
  const path = Object.hasOwn(WORKFLOWS, kind) ? WORKFLOWS[kind] : undefined;
  if (!path || !object.get('apiVersion').text?.startsWith('argoproj.io/')) return undefined;
  const basket = emptyBasket(budget);
  const workloads = nodeAt(object, ...path, 'templates')
    .items()
    .flatMap((template): Workload[] => {
      const first = basket.uses.length;
      const step = quoteForeign(template.get('name').text ?? 'template');
      for (const part of ['container', 'script']) {
        collectContainer(basket, template.get(part), 'container', file, step);
      }
      const inner = template.get('containerSet').get('containers').items();
      for (const container of inner) collectContainer(basket, container, 'container', file);
      for (const init of template.get('initContainers').items()) collectContainer(basket, init, 'init', file);
      for (const sidecar of template.get('sidecars').items()) {
        collectContainer(basket, sidecar, 'sidecar', file);
      }
      const uses = basket.uses.slice(first);
      if (uses.length === 0) return [];
      const copies = { pods: exactly(1), spread: { kind: 'free' }, place: 'cluster' } as const;
      return [{ source: 'kubernetes', kind, name: `${name}/${step}`, copies, uses }];
    });
  return { workloads, problems: basket.problems };
}
