import {
  collectNode,
  type DocumentReading,
  nodeAt,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import { groupOf } from './kinds-without-pods.ts';
import { type ObjectName, objectName } from './object-index.ts';
import { displayName, type ManifestOptions, ObjectReading } from './object-reading.ts';
import { collectWithParameters, type Parameters, parametersOf } from './tekton-parameters.ts';

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
  return new TektonReader(object, options).read();
}

class TektonReader {
  readonly #object: SourceNode;
  readonly #options: ManifestOptions;
  readonly #name: ObjectName;
  readonly #reading: ObjectReading;
  /** The parameters of the pipeline of the object, which its tasks may use. */
  readonly #outer: Parameters;
  /** The parameters that have a value and that images depend on. */
  readonly #used = new Set<string>();

  constructor(object: SourceNode, options: ManifestOptions) {
    this.#object = object;
    this.#options = options;
    this.#name = objectName(object);
    this.#reading = new ObjectReading(object, displayName(object), options);
    const spec = object.get('spec');
    const inPipeline = parametersOf(nodeAt(spec, 'pipelineSpec', 'params'), 'default', new Map());
    const key = this.#name.kind === 'PipelineRun' ? 'value' : 'default';
    this.#outer = parametersOf(spec.get('params'), key, inPipeline);
  }

  read(): DocumentReading {
    const { kind } = this.#name;
    const spec = this.#object.get('spec');
    const params = spec.get('params');
    const { basket, file } = this.#reading;
    basket.passive.push(this.#object.get('status'), params);
    if (kind === 'Task' || kind === 'ClusterTask') this.#readTask(spec, '', undefined);
    if (kind === 'StepAction') {
      const found = { file, container: 'step', role: 'container', policy: undefined } as const;
      this.#reading.addPod('', () => collectNode(basket, spec.get('image'), found));
    }
    this.#readTask(spec.get('taskSpec'), '', params);
    this.#refer(spec.get('taskRef'), 'Task', params);
    this.#readPipeline(kind === 'Pipeline' ? spec : spec.get('pipelineSpec'));
    this.#refer(spec.get('pipelineRef'), 'Pipeline', params);
    if (kind === 'CustomRun') this.#reading.report(spec, 'A custom run may start any pods');
    const own = this.#reading.finish();
    if (TEMPLATES.has(kind)) {
      const namespace = kind === 'ClusterTask' ? undefined : this.#name.namespace;
      // Any parameter of a pipeline may be in those of its tasks.
      const used = this.#used.size > 0 ? new Set([...this.#used, ...this.#outer.keys()]) : this.#used;
      this.#options.index.addTemplate({ ...this.#name, namespace }, own.workloads, used);
    }
    return own;
  }

  #refer(reference: SourceNode, usualKind: string, params: SourceNode): void {
    if (reference.kind !== 'map') return;
    const { index, file } = this.#options;
    const name = reference.get('name').text;
    const other = ['resolver', 'bundle'].find((key) => reference.get(key).kind !== 'nothing');
    if (name === undefined || other !== undefined) {
      const place = other ?? 'no name';
      this.#reading.report(reference, `A ${usualKind} from another place is not followed (${place})`);
      return;
    }
    const target = reference.get('kind').text ?? usualKind;
    const namespace = target === 'ClusterTask' ? undefined : this.#name.namespace;
    const { line, column } = reference.get('name');
    const problem = { file, line, column, message: `The ${target} ${name} is not in the plan` };
    const given = params.items().flatMap((one) => one.get('name').text ?? []);
    index.refer({ kind: target, name, namespace }, problem, given);
  }

  /** @param given the parameters that a run or a pipeline gives to a task of the same object */
  #readTask(task: SourceNode, step: string, given: SourceNode | undefined): void {
    if (task.kind !== 'map') return;
    const { basket, file } = this.#reading;
    const defaults = parametersOf(task.get('params'), 'default', this.#outer);
    const values = given ? parametersOf(given, 'value', defaults) : defaults;
    const template = task.get('stepTemplate');
    basket.passive.push(template);
    const collect = (container: SourceNode, role: 'container' | 'sidecar', name: string) =>
      collectWithParameters({ basket, file, container, role, name }, values, (used) => this.#used.add(used));
    this.#reading.addPod(step, () => {
      for (const one of task.get('steps').items()) {
        this.#refer(one.get('ref'), 'StepAction', one.get('params'));
        const isDefault = one.get('image').kind === 'nothing';
        collect(isDefault ? template : one, 'container', one.get('name').text ?? 'step');
      }
      for (const one of task.get('sidecars').items()) {
        collect(one, 'sidecar', one.get('name').text ?? 'sidecar');
      }
    });
  }

  #readPipeline(pipeline: SourceNode): void {
    for (const task of [...pipeline.get('tasks').items(), ...pipeline.get('finally').items()]) {
      const params = task.get('params');
      this.#readTask(task.get('taskSpec'), task.get('name').text ?? 'task', params);
      this.#refer(task.get('taskRef'), 'Task', params);
      this.#readPipeline(task.get('pipelineSpec'));
      this.#refer(task.get('pipelineRef'), 'Pipeline', params);
    }
  }
}
