import { type DocumentReading, nodeAt, type SourceNode } from '../../domain/pull-cost/collect-images.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { groupOf } from './kinds-without-pods.ts';
import { objectName } from './object-index.ts';
import { displayName, type ManifestOptions, ObjectReading } from './object-reading.ts';
import { collectContainer } from './pod-images.ts';

/** Kinds of Argo Workflows (https://argo-workflows.readthedocs.io/), with the path of the object with their templates. */
const WORKFLOWS: Readonly<Record<string, readonly string[]>> = {
  Workflow: ['spec'],
  WorkflowTemplate: ['spec'],
  ClusterWorkflowTemplate: ['spec'],
  CronWorkflow: ['spec', 'workflowSpec'],
};
/** Actions of a `resource` template that create objects. */
const CREATING = new Set(['create', 'apply', 'patch', 'replace']);

/** Reads an object of a manifest that a workflow creates. */
type ReadInner = (object: SourceNode) => DocumentReading;

/** Reports whether objects of a kind are workflows, or templates of them. */
export function isWorkflow(kind: string, apiVersion: string): boolean {
  return Object.hasOwn(WORKFLOWS, kind) && groupOf(apiVersion) === 'argoproj.io';
}

/**
 * Reads an Argo workflow: each template with a container is a pod that runs once. Includes inline templates, the defaults of
 * templates, and the manifests that it creates.
 */
export function readWorkflow(
  object: SourceNode,
  options: ManifestOptions,
  readInner: ReadInner,
): DocumentReading {
  const kind = object.get('kind').text ?? '';
  const spec = nodeAt(object, ...(WORKFLOWS[kind] ?? []));
  const reading = new ObjectReading(object, displayName(object), options);
  const inner: DocumentReading[] = [];
  const defaults = spec.get('templateDefaults');
  reading.basket.passive.push(defaults, object.get('status'));
  const { namespace } = objectName(object);

  function refer(reference: SourceNode, isCluster: boolean): void {
    const { text: name } = reference.get('name');
    if (name === undefined) return;
    const target = isCluster ? 'ClusterWorkflowTemplate' : 'WorkflowTemplate';
    const { line, column } = reference.get('name');
    const message = `The ${target} ${name} is not in the plan`;
    options.index.refer(
      { kind: target, name, namespace: isCluster ? undefined : namespace },
      { file: options.file, line, column, message },
    );
  }

  function readTemplate(template: SourceNode): void {
    const step = template.get('name').text ?? 'template';
    reading.addPod(step, () => {
      const { basket, file } = reading;
      for (const part of ['container', 'script']) {
        const own = template.get(part);
        if (own.kind === 'nothing') continue;
        const isDefault = own.get('image').kind === 'nothing';
        collectContainer(basket, isDefault ? defaults.get(part) : own, 'container', file, step);
      }
      for (const one of nodeAt(template, 'containerSet', 'containers').items()) {
        collectContainer(basket, one, 'container', file);
      }
      for (const one of template.get('initContainers').items()) collectContainer(basket, one, 'init', file);
      for (const one of template.get('sidecars').items()) collectContainer(basket, one, 'sidecar', file);
    });
    inner.push(...readCreated(template.get('resource'), reading, readInner));
    const steps = template.get('steps').items();
    for (const task of [
      ...steps.flatMap((group) => [group, ...group.items()]),
      ...nodeAt(template, 'dag', 'tasks').items(),
    ]) {
      const inline = task.get('inline');
      if (inline.kind === 'map') readTemplate(inline);
      const reference = task.get('templateRef');
      if (reference.kind === 'map') refer(reference, reference.get('clusterScope').text === 'true');
    }
  }

  for (const template of spec.get('templates').items()) readTemplate(template);
  const whole = spec.get('workflowTemplateRef');
  if (whole.kind === 'map') refer(whole, whole.get('clusterScope').text === 'true');
  const own = reading.finish();
  if (kind.endsWith('Template')) {
    const name = objectName(object);
    options.index.addTemplate(
      kind.startsWith('Cluster') ? { ...name, namespace: undefined } : name,
      own.workloads,
    );
  }
  return {
    workloads: [...own.workloads, ...inner.flatMap(({ workloads }) => workloads)],
    problems: [...own.problems, ...inner.flatMap(({ problems }) => problems)],
    passive: own.passive,
  };
}

/** Reads the objects that a `resource` template creates. Reports a manifest that is not in the file. */
function readCreated(resource: SourceNode, reading: ObjectReading, readInner: ReadInner): DocumentReading[] {
  if (resource.kind !== 'map' || !CREATING.has(resource.get('action').text ?? '')) return [];
  const manifest = resource.get('manifest');
  if (manifest.text === undefined) {
    reading.report(resource, 'The manifest that a workflow creates is not in the plan');
    return [];
  }
  // Places inside the text are not places of the file: everything is reported at the text itself.
  const at = { file: reading.file, line: manifest.line, column: manifest.column };
  return [...readYaml(manifest.text, reading.file)].map((document): DocumentReading => {
    if ('message' in document) return { workloads: [], problems: [{ ...document, ...at }], passive: [] };
    const { workloads, problems } = readInner(document);
    return {
      workloads: workloads.map((workload) => ({
        ...workload,
        uses: workload.uses.map((use) => ({ ...use, ...at, range: undefined })),
      })),
      problems: problems.map((problem) => ({ ...problem, ...at })),
      passive: [],
    };
  });
}
