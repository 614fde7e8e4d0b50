import { collect, emptyBasket, type ImageBasket } from '../../domain/pull-cost/found-image.ts';
import { nodeAt, type SourceNode } from '../../domain/pull-cost/source-node.ts';
import type { FileReading, ImageRole, Workload } from '../../domain/pull-cost/workload.ts';
import type { ReadOptions } from '../source-file.ts';
import { type MatrixValues, matrixRuns } from './github-matrix.ts';
import { jobWorkload } from './job-workload.ts';

/** Whether a document is a workflow or an action of GitHub Actions. */
export function isGithub(document: SourceNode): boolean {
  const isWorkflow = document.get('jobs').kind === 'map' && document.get('on').kind !== 'nothing';
  return isWorkflow || nodeAt(document, 'runs', 'using').kind === 'text';
}

/** Reads a workflow, or an action: the containers, services and `docker://` steps of each job. */
export function readGithub(document: SourceNode, file: string, options: ReadOptions): FileReading {
  const basket = emptyBasket();
  const reading = { basket, file, options, env: document.get('env') };
  const jobs = document
    .get('jobs')
    .entries()
    .flatMap(([name, job]) => readJob(name, job, reading));
  const action = readAction(document, reading);
  return { workloads: [...jobs, ...action].filter(({ uses }) => uses.length > 0), problems: basket.problems };
}

interface Reading {
  readonly basket: ImageBasket;
  readonly file: string;
  readonly options: ReadOptions;
  readonly env: SourceNode;
}

function readJob(name: string, job: SourceNode, reading: Reading): Workload[] {
  const { basket, file } = reading;
  const matrix = nodeAt(job, 'strategy', 'matrix');
  const runs = matrixRuns(matrix);
  if (!runs) {
    const message = 'A matrix that is made while the workflow runs; counted as one job';
    basket.problems.push({ file, line: matrix.line, column: matrix.column, message });
  }
  return (runs ?? [new Map()]).map((values) => {
    const first = basket.uses.length;
    const expand = (text: string) =>
      expandExpressions(text, values, [job.get('env'), reading.env], reading.options);
    const add = (node: SourceNode, container: string, role: ImageRole) =>
      collectExpanded(node, { container, role, expand }, reading);
    add(imageOf(job.get('container')), name, 'job');
    for (const [service, node] of job.get('services').entries()) add(imageOf(node), service, 'service');
    for (const step of job.get('steps').items()) {
      add(step.get('uses'), step.get('name').text ?? name, 'step');
    }
    const label = [...values.values()].join(', ');
    return jobWorkload('github', label === '' ? name : `${name} (${label})`, basket.uses.slice(first));
  });
}

/** An action that is an image itself, or a composite one with such steps. */
function readAction(document: SourceNode, reading: Reading): Workload[] {
  const runs = document.get('runs');
  if (runs.kind !== 'map') return [];
  const expand = (text: string) => text;
  const image = runs.get('image');
  // Without docker:// it is the Dockerfile beside the action.
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
  // What a step uses is an action, unless it says docker://.
  if (role === 'step' && !isDocker) return;
  const text = isDocker ? written.slice(DOCKER.length) : written;
  const expanded = expand(text);
  // An expression that came to nothing is no container.
  if (expanded.trim() === '') return;
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

function expandExpressions(
  text: string,
  matrix: MatrixValues,
  environments: readonly SourceNode[],
  { variables }: ReadOptions,
): string {
  return text.replace(EXPRESSION, (whole, name: string) => {
    const [context, ...rest] = name.split('.');
    const key = rest.join('.');
    if (context === 'matrix') return matrix.get(key) ?? '';
    const given = variables.get(key);
    if (given !== undefined) return given;
    if (context !== 'env') return whole;
    return environments.map((env) => env.get(key).text).find((value) => value !== undefined) ?? whole;
  });
}
