import {
  collect,
  type DocumentReading,
  emptyCollection,
  type ImageCollection,
  MAX_EXPANSION_LENGTH,
  nodeAt,
  PlanLimitError,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import type { ImageRole, Workload } from '../../domain/pull-cost/workload.ts';
import type { ReadOptions } from '../source-file.ts';
import { isLargeMatrix, MAX_VALUES, type MatrixValues, matrixRuns } from './github-matrix.ts';
import { jobWorkload } from './job-workload.ts';

/** Reports whether a document is a workflow or an action of GitHub Actions. */
export function isGithub(document: SourceNode): boolean {
  const isWorkflow = document.get('jobs').kind === 'map' && document.get('on').kind !== 'nothing';
  return isWorkflow || nodeAt(document, 'runs', 'using').kind === 'text';
}

/** Reads a workflow or an action: the containers, services and `docker://` steps of each job. */
export function readGithub(document: SourceNode, file: string, options: ReadOptions): DocumentReading {
  const basket = emptyCollection(options.budget);
  // Parameters of actions and variables are text; an action without docker:// builds its own Dockerfile.
  const steps = [
    ...document
      .get('jobs')
      .entries()
      .map(([, job]) => job),
    document.get('runs'),
  ].flatMap((job) => [job, ...job.get('steps').items()]);
  for (const part of [document, ...steps]) {
    for (const key of ['with', 'env', 'inputs', 'outputs', 'on']) basket.passive.push(part.get(key));
  }
  const built = nodeAt(document, 'runs', 'image');
  if (!built.text?.startsWith(DOCKER)) basket.passive.push(built);
  const reading = { basket, file, options, env: document.get('env') };
  const jobs = document
    .get('jobs')
    .entries()
    .flatMap(([name, job]) => readJob(name, job, reading));
  const action = readAction(document, reading);
  return {
    workloads: [...jobs, ...action].filter(({ uses }) => uses.length > 0),
    problems: basket.problems,
    passive: basket.passive,
  };
}

interface Reading {
  readonly basket: ImageCollection;
  readonly file: string;
  readonly options: ReadOptions;
  readonly env: SourceNode;
}

function readJob(name: string, job: SourceNode, reading: Reading): Workload[] {
  const { basket, file } = reading;
  const found = containersOf(name, job);
  // Most jobs have no images; their matrix is not expanded.
  if (found.length === 0) return [];
  const matrix = nodeAt(job, 'strategy', 'matrix');
  const runs = matrixRuns(matrix);
  if (!runs) {
    const message = isLargeMatrix(matrix)
      ? `A matrix of more than ${MAX_VALUES} values; counted as one job`
      : 'A matrix that is computed while the workflow runs; counted as one job';
    basket.problems.push({ file, line: matrix.line, column: matrix.column, message });
  }
  const environments = [job.get('env'), reading.env];
  return (runs ?? [new Map()]).map((values) => {
    const first = basket.uses.length;
    const expand = (text: string) => expandExpressions(text, values, environments, reading.options);
    for (const { node, ...rest } of found) collectExpanded(node, { ...rest, expand }, reading);
    const label = labelOf(values);
    return jobWorkload('github', label === '' ? name : `${name} (${label})`, basket.uses.slice(first));
  });
}

/** Returns the images of a job as written: container, services, and steps that are images. */
function containersOf(name: string, job: SourceNode) {
  const container = { node: imageOf(job.get('container')), container: name, role: 'job' as ImageRole };
  const services = job
    .get('services')
    .entries()
    .map(([service, node]) => ({ node: imageOf(node), container: service, role: 'service' as ImageRole }));
  const steps = job
    .get('steps')
    .items()
    .map((step) => ({
      node: step.get('uses'),
      container: step.get('name').text ?? name,
      role: 'step' as ImageRole,
    }))
    // `uses` of a step is an action, unless it begins with docker://.
    .filter(({ node }) => node.text?.startsWith(DOCKER));
  return [container, ...services, ...steps].filter(({ node }) => node.text !== undefined && node.text !== '');
}

/** Formats the values of a matrix run, cut to the length of a label. */
function labelOf(values: MatrixValues): string {
  let label = '';
  for (const value of values.values()) {
    label += `${label === '' ? '' : ', '}${value.slice(0, MAX_LABEL_LENGTH)}`;
    if (label.length > MAX_LABEL_LENGTH) break;
  }
  return label.slice(0, MAX_LABEL_LENGTH);
}

/** The longest label of a run, in characters. */
const MAX_LABEL_LENGTH = 200;

/** Reads an action that is an image, or a composite action with such steps. */
function readAction(document: SourceNode, reading: Reading): Workload[] {
  const runs = document.get('runs');
  if (runs.kind !== 'map') return [];
  const expand = (text: string) => text;
  const image = runs.get('image');
  // Without docker:// the value is the path of a Dockerfile.
  if (image.text?.startsWith(DOCKER))
    collectExpanded(image, { container: 'runs', role: 'step', expand }, reading);
  for (const step of runs.get('steps').items()) {
    const container = step.get('name').text ?? 'steps';
    collectExpanded(step.get('uses'), { container, role: 'step', expand }, reading);
  }
  return [jobWorkload('github', document.get('name').text ?? 'action', reading.basket.uses)];
}

const DOCKER = 'docker://';

function imageOf(node: SourceNode): SourceNode {
  return node.kind === 'map' ? node.get('image') : node;
}

interface Found {
  readonly container: string;
  readonly role: ImageRole;
  readonly expand: (text: string) => string;
}

function collectExpanded(
  node: SourceNode,
  { container, role, expand }: Found,
  { basket, file }: Reading,
): void {
  const { line, column, range, text: written } = node;
  if (written === undefined || written === '') return;
  const isDocker = written.startsWith(DOCKER);
  if (role === 'step' && !isDocker) return;
  const text = isDocker ? written.slice(DOCKER.length) : written;
  const expanded = text.length > MAX_EXPANSION_LENGTH ? text : expand(text);
  // An empty expression means no container.
  if (expanded.trim() === '') {
    basket.budget.countImage();
    return;
  }
  const isAsWritten = expanded === text && range !== undefined;
  collect(basket, {
    file,
    line,
    column,
    container,
    role,
    policy: 'always',
    text: expanded,
    range: isAsWritten ? { start: range.end - text.length, end: range.end } : undefined,
  });
}

const EXPRESSION = /\$\{\{\s*([\w.-]+)\s*\}\}/g;

/** Substitutes the expressions of a text. Throws PlanLimitError if the result is too long. */
function expandExpressions(
  text: string,
  matrix: MatrixValues,
  environments: readonly SourceNode[],
  { variables }: ReadOptions,
): string {
  let length = 0;
  const bounded = (value: string) => {
    length += value.length;
    if (length <= MAX_EXPANSION_LENGTH) return value;
    throw new PlanLimitError(`Expressions expand to more than ${MAX_EXPANSION_LENGTH} characters`);
  };
  return text.replace(EXPRESSION, (whole, name: string) => {
    const [context, ...rest] = name.split('.');
    const key = rest.join('.');
    if (context === 'matrix') return bounded(matrix.get(key) ?? '');
    const given = variables.get(key);
    if (given !== undefined) return bounded(given);
    if (context !== 'env') return whole;
    const value = environments.map((env) => env.get(key).text).find((found) => found !== undefined);
    return bounded(value ?? whole);
  });
}
