import {
  collect,
  type DocumentReading,
  emptyCollection,
  type ImageCollection,
  MAX_REFERENCE_LENGTH,
  nodeAt,
  PlanLimitError,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import type { ImageRole, Workload } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import type { ReadOptions } from '../source-file.ts';
import { createExpansion } from './gitlab/variables.ts';
import { jobWorkload } from './job-workload.ts';

/** A file of Bitbucket Pipelines that is being read. */
interface Reading {
  readonly document: SourceNode;
  readonly file: string;
  readonly basket: ImageCollection;
  readonly expand: (text: string) => string;
  /** Counts the steps, so that aliases of YAML cannot multiply them. */
  readonly budget: { steps: number };
}

const FILE_NAME = /(?:^|\/)bitbucket-pipelines[^/]*\.ya?ml$/;
/** Keys of `pipelines` whose values are pipelines by name or pattern. */
const GROUPS: ReadonlySet<string> = new Set(['branches', 'tags', 'bookmarks', 'pull-requests', 'custom']);
const MAX_STEPS = 10_000;

/** Reports whether a document is a file of Bitbucket Pipelines. */
export function isBitbucket(document: SourceNode, file: string): boolean {
  if (FILE_NAME.test(file) && document.kind === 'map') return true;
  const pipelines = document.get('pipelines');
  return (
    document.get('kind').kind === 'nothing' &&
    pipelines.entries().some(([name]) => name === 'default' || GROUPS.has(name))
  );
}

/** Reads a file of Bitbucket Pipelines: image, services and pipes of each step. Only the default pipeline runs for certain. */
export function readBitbucket(document: SourceNode, file: string, options: ReadOptions): DocumentReading {
  const basket = emptyCollection(options.budget);
  const expand = createExpansion((name) => options.variables.get(name));
  const reading = { document, file, basket, expand, budget: { steps: 0 } };
  const workloads = document
    .get('pipelines')
    .entries()
    .flatMap(([name, node]) => {
      if (!GROUPS.has(name)) return readPipeline(name, node, reading);
      return node
        .entries()
        .flatMap(([pattern, pipeline]) => readPipeline(`${name}/${pattern}`, pipeline, reading));
    });
  return {
    workloads: workloads.filter(({ uses }) => uses.length > 0),
    problems: basket.problems,
    // Images of steps are in lists of `pipelines`; definitions are templates for YAML anchors.
    passive: [document.get('image'), document.get('definitions'), ...basket.passive],
  };
}

function readPipeline(name: string, pipeline: SourceNode, reading: Reading): Workload[] {
  if (nodeAt(pipeline, 'import').kind !== 'nothing') {
    report(reading, pipeline.get('import'), 'An imported pipeline is not read');
    return [];
  }
  return stepsOf(pipeline.kind === 'list' ? pipeline : pipeline.get('steps')).map((step, i) => {
    if (++reading.budget.steps > MAX_STEPS)
      throw new PlanLimitError(`More than ${MAX_STEPS} steps in one document`);
    return readStep(
      `${name}: ${step.get('name').text ?? `step ${i + 1}`}`,
      step,
      name !== 'default',
      reading,
    );
  });
}

/** Returns the steps of a list, including those of `parallel` and `stage`. */
function stepsOf(list: SourceNode): readonly SourceNode[] {
  return list.items().flatMap((item) => {
    const step = item.get('step');
    if (step.kind === 'map') return [step];
    const group = item.get('parallel').kind === 'nothing' ? item.get('stage') : item.get('parallel');
    return stepsOf(group.kind === 'list' ? group : group.get('steps'));
  });
}

function readStep(name: string, step: SourceNode, isOptional: boolean, reading: Reading): Workload {
  const { document, basket } = reading;
  const first = basket.uses.length;
  const add = (node: SourceNode, container: string, role: ImageRole) => {
    collectImage(node, { container, role, isOptional }, reading);
  };
  const own = step.get('image');
  add(own.kind === 'nothing' ? document.get('image') : own, name, 'job');
  for (const service of step.get('services').items()) {
    const definition = nodeAt(document, 'definitions', 'services', service.text ?? '');
    if (definition.kind === 'map') add(definition.get('image'), service.text ?? '', 'service');
    else if (service.text !== 'docker')
      report(reading, service, `A service that is not in the file: ${service.text ?? ''}`);
  }
  for (const line of [...step.get('script').items(), ...step.get('after-script').items()]) {
    const pipe = line.get('pipe');
    if (pipe.text !== undefined) collectPipe(pipe, pipe.text, { container: name, isOptional }, reading);
  }
  return jobWorkload('bitbucket', name, basket.uses.slice(first));
}

interface Found {
  readonly container: string;
  readonly role: ImageRole;
  readonly isOptional: boolean;
}

function collectImage(node: SourceNode, found: Found, reading: Reading): void {
  const image = node.kind === 'map' ? node.get('name') : node;
  if (image.text !== undefined) addImage(image, image.text, found, reading);
  else if (node.kind !== 'nothing') report(reading, image, 'An image must be text');
}

const DOCKER = 'docker://';

function collectPipe(node: SourceNode, text: string, found: Omit<Found, 'role'>, reading: Reading): void {
  if (text.startsWith(DOCKER)) addImage(node, text.slice(DOCKER.length), { ...found, role: 'step' }, reading);
  else report(reading, node, `A pipe that is not read; its image is named in its repository: ${text}`);
}

function addImage(
  node: SourceNode,
  written: string,
  { container, role, isOptional }: Found,
  { basket, file, expand }: Reading,
): void {
  const { line, column } = node;
  const text = written.length > MAX_REFERENCE_LENGTH ? written : expand(written);
  const range = text === node.text && text.length <= MAX_REFERENCE_LENGTH ? node.range : undefined;
  const place = { file, line, column, container: quoteForeign(container) };
  collect(basket, { ...place, role, policy: 'always', isOptional, text, range });
}

function report({ basket, file }: Reading, { line, column }: SourceNode, message: string): void {
  basket.problems.push({ file, line, column, message: quoteForeign(message) });
}
