import {
  collect,
  type DocumentReading,
  emptyCollection,
  type ImageCollection,
  MAX_REFERENCE_LENGTH,
  passiveReading,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import type { ImageRole, PullPolicy, Workload } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import type { ReadOptions } from '../source-file.ts';
import { createExpansion } from './gitlab/variables.ts';
import { jobWorkload } from './job-workload.ts';

const FILE_NAME = /(?:^|\/)\.(?:woodpecker|drone)(?:\.ya?ml$|\/)/;
/** Kinds of documents of Drone. */
const DRONE_KINDS: ReadonlySet<string> = new Set([
  'pipeline',
  'template',
  'secret',
  'signature',
  'cron',
  'registry',
]);
/** Types of pipelines of Drone that run without containers. */
const WITHOUT_CONTAINERS: ReadonlySet<string> = new Set(['exec', 'ssh', 'macstadium', 'digitalocean']);
const POLICIES: Readonly<Record<string, PullPolicy>> = {
  always: 'always',
  true: 'always',
  'if-not-exists': 'if-not-present',
  never: 'never',
};
/** The most runs of a matrix that are read. */
const MAX_RUNS = 256;

/** Reports whether a document is a pipeline of Woodpecker or Drone. */
export function isWoodpecker(document: SourceNode, file: string): boolean {
  if (document.get('apiVersion').kind !== 'nothing') return false;
  if (isDroneObject(document)) return true;
  if (document.get('kind').kind !== 'nothing' || document.get('jobs').kind !== 'nothing') return false;
  if (FILE_NAME.test(file) && document.kind === 'map') return true;
  const steps = ['steps', 'pipeline'].flatMap((key) => stepsOf(document.get(key)));
  return steps.some(([, step]) => step.get('image').kind === 'text');
}

function isDroneObject(document: SourceNode): boolean {
  return DRONE_KINDS.has(document.get('kind').text ?? '') && document.get('apiVersion').kind === 'nothing';
}

/** The values of a matrix. */
type Run = ReadonlyMap<string, string>;

interface Reading {
  readonly file: string;
  readonly basket: ImageCollection;
}

/** Reads a pipeline of Woodpecker or Drone: the images of steps, services and clone, for each run of the matrix. */
export function readWoodpecker(document: SourceNode, file: string, options: ReadOptions): DocumentReading {
  const basket = emptyCollection(options.budget);
  const reading = { file, basket };
  const kind = document.get('kind').text ?? 'pipeline';
  if (kind === 'template') report(reading, document, 'A template of Drone is not read');
  if (kind !== 'pipeline' || WITHOUT_CONTAINERS.has(document.get('type').text ?? '')) {
    return { ...passiveReading(document), problems: basket.problems };
  }
  const isDrone = isDroneObject(document);
  const name = document.get('name').text ?? file.replace(/^.*\/|\.ya?ml$/g, '');
  const workloads = matrixRuns(document.get('matrix'), reading).map((run) => {
    const expand = createExpansion((variable) => options.variables.get(variable) ?? run.get(variable));
    return readRun(document, { name, run, expand, isDrone }, reading);
  });
  const parts = ['steps', 'pipeline', 'services', 'clone'];
  const others = document.entries().filter(([key]) => !parts.includes(key));
  const ofSteps = parts
    .flatMap((key) => stepsOf(document.get(key)))
    .flatMap(([, step]) => step.entries().filter(([key]) => key !== 'image'));
  return {
    workloads: workloads.filter(({ uses }) => uses.length > 0),
    problems: basket.problems,
    passive: [...others, ...ofSteps].map(([, node]) => node),
  };
}

interface Pipeline {
  readonly name: string;
  readonly run: Run;
  readonly expand: (text: string) => string;
  readonly isDrone: boolean;
}

function readRun(document: SourceNode, { name, run, expand, isDrone }: Pipeline, reading: Reading): Workload {
  const { basket, file } = reading;
  const first = basket.uses.length;
  const add = (role: ImageRole, entries: readonly Step[]) => {
    for (const [step, node] of entries) {
      const image = node.get('image');
      const { text: written, line, column } = image;
      if (written === undefined) {
        if (image.kind !== 'nothing') report(reading, image, 'An image must be text');
        continue;
      }
      const text = written.length > MAX_REFERENCE_LENGTH ? written : expand(written);
      collect(basket, {
        ...{ file, line, column, role, text },
        container: quoteForeign(step),
        policy: POLICIES[node.get('pull').text ?? ''],
        range: text === written && text.length <= MAX_REFERENCE_LENGTH ? image.range : undefined,
      });
    }
  };
  add('step', stepsOf(document.get('clone')));
  add('service', stepsOf(document.get('services')));
  add('step', [...stepsOf(document.get('steps')), ...stepsOf(document.get('pipeline'))]);
  const label = [...run.values()].join(', ');
  const source = isDrone ? 'drone' : 'woodpecker';
  return jobWorkload(source, label === '' ? name : `${name} (${label})`, basket.uses.slice(first));
}

type Step = readonly [name: string, step: SourceNode];

/** Returns the steps of a map or a list. */
function stepsOf(node: SourceNode): readonly Step[] {
  const listed = node.items().map((step, i) => [step.get('name').text ?? `step ${i + 1}`, step] as const);
  return [...listed, ...node.entries()].filter(([, step]) => step.kind === 'map');
}

/** Returns the runs of a matrix: those of `include`, or all combinations. */
function matrixRuns(matrix: SourceNode, reading: Reading): readonly Run[] {
  const include = matrix.get('include').items();
  if (include.length > 0) return include.slice(0, MAX_RUNS).map(textsOf);
  let runs: Run[] = [new Map()];
  for (const [name, node] of matrix.entries()) {
    const values = node.items().slice(0, MAX_RUNS + 1);
    runs = runs.flatMap((run) => values.map(({ text = '' }) => new Map([...run, [name, text]])));
    if (runs.length > MAX_RUNS) {
      report(reading, matrix, `A matrix of more than ${MAX_RUNS} runs`);
      return runs.slice(0, MAX_RUNS);
    }
  }
  return runs;
}

function textsOf(node: SourceNode): Run {
  return new Map(
    node.entries().flatMap(([name, { text }]) => (text === undefined ? [] : [[name, text] as const])),
  );
}

function report({ basket, file }: Reading, { line, column }: SourceNode, message: string): void {
  basket.problems.push({ file, line, column, message: quoteForeign(message) });
}
