import {
  collectNode,
  type DocumentReading,
  nodeAt,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import { groupOf } from './kinds-without-pods.ts';
import { objectName } from './object-index.ts';
import { displayName, type ManifestOptions, ObjectReading } from './object-reading.ts';
import { collectContainer } from './pod-images.ts';

const KINDS = new Set([
  'Task',
  'ClusterTask',
  'TaskRun',
  'Pipeline',
  'PipelineRun',
  'StepAction',
  'CustomRun',
]);
const TEMPLATES = new Set(['Task', 'ClusterTask', 'Pipeline', 'StepAction']);

/** Reports whether objects of a kind belong to Tekton Pipelines (https://tekton.dev/docs/pipelines/). */
export function isTekton(kind: string, apiVersion: string): boolean {
  return KINDS.has(kind) && groupOf(apiVersion) === 'tekton.dev';
}

/**
 * Reads an object of Tekton: each task is a pod with a container for each step and sidecar. Tasks and pipelines that an object
 * refers to are counted where they are in the plan; others are reported.
 */
export function readTekton(object: SourceNode, options: ManifestOptions): DocumentReading {
  const { kind, namespace } = objectName(object);
  const reading = new ObjectReading(object, displayName(object), options);
  const { basket, file } = reading;
  const spec = object.get('spec');
  basket.passive.push(object.get('status'), spec.get('params'));

  function refer(reference: SourceNode, usualKind: string): void {
    if (reference.kind !== 'map') return;
    const name = reference.get('name').text;
    const other = ['resolver', 'bundle'].find((key) => reference.get(key).kind !== 'nothing');
    if (name === undefined || other !== undefined) {
      reading.report(reference, `A ${usualKind} from another place is not followed (${other ?? 'no name'})`);
      return;
    }
    const target = reference.get('kind').text ?? usualKind;
    const { line, column } = reference.get('name');
    options.index.refer(
      { kind: target, name, namespace: target === 'ClusterTask' ? undefined : namespace },
      { file, line, column, message: `The ${target} ${name} is not in the plan` },
    );
  }

  function readTask(task: SourceNode, step: string): void {
    if (task.kind !== 'map') return;
    const template = task.get('stepTemplate');
    basket.passive.push(template);
    reading.addPod(step, () => {
      for (const one of task.get('steps').items()) {
        refer(one.get('ref'), 'StepAction');
        const isDefault = one.get('image').kind === 'nothing';
        const name = one.get('name').text ?? 'step';
        collectContainer(basket, isDefault ? template : one, 'container', file, name);
      }
      for (const one of task.get('sidecars').items()) collectContainer(basket, one, 'sidecar', file);
    });
  }

  function readPipeline(pipeline: SourceNode): void {
    for (const task of [...pipeline.get('tasks').items(), ...pipeline.get('finally').items()]) {
      readTask(task.get('taskSpec'), task.get('name').text ?? 'task');
      refer(task.get('taskRef'), 'Task');
      readPipeline(task.get('pipelineSpec'));
      refer(task.get('pipelineRef'), 'Pipeline');
    }
  }

  if (kind === 'Task' || kind === 'ClusterTask') readTask(spec, '');
  if (kind === 'StepAction') {
    reading.addPod('', () =>
      collectNode(basket, spec.get('image'), {
        file,
        container: 'step',
        role: 'container',
        policy: undefined,
      }),
    );
  }
  readTask(spec.get('taskSpec'), '');
  refer(spec.get('taskRef'), 'Task');
  readPipeline(kind === 'Pipeline' ? spec : spec.get('pipelineSpec'));
  refer(spec.get('pipelineRef'), 'Pipeline');
  if (kind === 'CustomRun') reading.report(nodeAt(object, 'spec'), 'A custom run may start any pods');
  const own = reading.finish();
  if (TEMPLATES.has(kind)) {
    const name = objectName(object);
    options.index.addTemplate(
      kind === 'ClusterTask' ? { ...name, namespace: undefined } : name,
      own.workloads,
    );
  }
  return own;
}
