import { data } from '@actions/expressions';
import {
  type DocumentReading,
  emptyCollection,
  nodeAt,
  PlanLimitError,
  type SourceNode,
} from '../../../domain/pull-cost/collect-images.ts';
import type { ImageRole, Workload } from '../../../domain/pull-cost/workload.ts';
import type { ReadOptions } from '../../source-file.ts';
import { jobWorkload } from '../job-workload.ts';
import {
  evaluateCondition,
  evaluateText,
  type Scope,
  textOf,
  UnknownValue,
  type Value,
} from './expressions.ts';
import { labelOf, type MatrixRun, matrixRuns } from './matrix.ts';
import { actionAlone, imagesOfAction, imagesOfSteps } from './read-steps.ts';
import { calledInputs, createScope, defaultInputs, type Inputs } from './scope.ts';
import { collectFound, type FoundImage, report, type WorkflowReading } from './workflow-reading.ts';

/** The deepest nesting of workflows that GitHub allows. */
const MAX_DEPTH = 10;
/** The most jobs that are read in one document and the workflows that it calls. */
const MAX_JOBS = 5_000;

/** Reports whether a document is a workflow or an action of GitHub Actions. */
export function isGithub(document: SourceNode): boolean {
  const jobs = document.get('jobs');
  const isJob = (job: SourceNode) => job.get('runs-on').kind !== 'nothing';
  const isWorkflow = document.get('on').kind !== 'nothing' || jobs.entries().some(([, job]) => isJob(job));
  return (jobs.kind === 'map' && isWorkflow) || nodeAt(document, 'runs', 'using').kind === 'text';
}

/** Reads a workflow or an action: the containers and services of each job, and the images of its steps. */
export function readGithub(document: SourceNode, file: string, options: ReadOptions): DocumentReading {
  const reading = {
    ...{ basket: emptyCollection(options.budget), file, options },
    ...{ budget: { steps: 0, jobs: 0 }, followed: new Set<string>(), reported: new Set<string>() },
    scope: createScope({
      variables: options.variables,
      inputs: new Map(),
      environments: [],
      matrix: undefined,
    }),
  };
  const isAction = document.get('runs').kind === 'map';
  const workloads = isAction
    ? readAction(document, reading)
    : readJobs({ workflow: document, inputs: defaultInputs(document), prefix: '', path: [file] }, reading);
  const isCalled = document.get('on').text === 'workflow_call' || isOnlyCalled(document.get('on'));
  return {
    workloads: workloads.filter(({ uses }) => uses.length > 0),
    problems: reading.basket.problems,
    passive: passiveParts(document),
    follows: [...reading.followed],
    isPart: isAction || isCalled,
  };
}

function isOnlyCalled(triggers: SourceNode): boolean {
  const names =
    triggers.kind === 'list'
      ? triggers.items().map(({ text }) => text)
      : triggers.entries().map(([name]) => name);
  return names.length === 1 && names[0] === 'workflow_call';
}

/** Keys of jobs whose values start no containers by themselves. */
const JOB_KEYS: ReadonlySet<string> = new Set([
  ...['concurrency', 'continue-on-error', 'defaults', 'env', 'environment', 'if', 'name', 'needs', 'outputs'],
  ...[
    'permissions',
    'runs-on',
    'secrets',
    'snapshot',
    'steps',
    'strategy',
    'timeout-minutes',
    'uses',
    'with',
  ],
]);

/** Returns the parts of a workflow that start no containers, whatever they contain. */
function passiveParts(document: SourceNode): readonly SourceNode[] {
  const others = document.entries().filter(([name]) => name !== 'jobs');
  const ofJobs = document
    .get('jobs')
    .entries()
    .flatMap(([, job]) => job.entries().filter(([name]) => JOB_KEYS.has(name)));
  return [...others, ...ofJobs].map(([, node]) => node);
}

function readAction(action: SourceNode, reading: WorkflowReading): Workload[] {
  const around = actionAlone(action, reading.file, reading);
  for (const found of imagesOfAction(action, around, reading)) collectFound(found, reading.scope, reading);
  return [jobWorkload('github', action.get('name').text ?? 'action', reading.basket.uses)];
}

/** A workflow that is read, by itself or because it is called. */
interface Called {
  readonly workflow: SourceNode;
  readonly inputs: Inputs;
  /** The names of the calling jobs. */
  readonly prefix: string;
  /** The names of the files of the calling workflows, and of this one. */
  readonly path: readonly string[];
}

function readJobs(called: Called, reading: WorkflowReading): Workload[] {
  return called.workflow
    .get('jobs')
    .entries()
    .flatMap(([name, job]) => {
      countJobs(1, reading);
      return readJob(name, job, called, reading);
    });
}

function countJobs(count: number, { budget }: WorkflowReading): void {
  budget.jobs += count;
  if (budget.jobs > MAX_JOBS) throw new PlanLimitError(`More than ${MAX_JOBS} jobs in one document`);
}

function readJob(name: string, job: SourceNode, called: Called, outer: WorkflowReading): Workload[] {
  const scopeOf = scopeCreator(job, called, outer);
  const reading = { ...outer, scope: scopeOf(undefined) };
  // A job that never runs pulls nothing.
  if (evaluateCondition(job.get('if'), reading.scope) === false) {
    reading.basket.passive.push(job);
    return [];
  }
  const callee = calleeOf(job, called, reading);
  const found = callee ? [] : [...containersOf(name, job, reading), ...imagesOfSteps(job, name, reading)];
  // Most jobs have no images; their matrix is not expanded.
  if (!callee && found.length === 0) return [];
  const runs = runsOf(job, reading);
  if (callee) countJobs(runs.length, reading);
  return runs.flatMap((run) => {
    const scope = scopeOf(run);
    const label = run ? labelOf(run) : '';
    const title = `${called.prefix}${name}${label === '' ? '' : ` (${label})`}`;
    if (callee) return readCallee(callee, title, { called, scope }, reading);
    const first = reading.basket.uses.length;
    for (const image of found) collectFound(image, scope, reading);
    return [jobWorkload('github', title, reading.basket.uses.slice(first))];
  });
}

function scopeCreator(job: SourceNode, { workflow, inputs }: Called, { options }: WorkflowReading) {
  const environments = [job.get('env'), workflow.get('env')];
  const { variables } = options;
  return (matrix: MatrixRun | undefined) => createScope({ variables, inputs, environments, matrix });
}

/** Returns the runs of a job. One run without values if they are not known. */
function runsOf(job: SourceNode, reading: WorkflowReading): readonly (MatrixRun | undefined)[] {
  const strategy = job.get('strategy');
  const matrix = strategy.kind === 'text' ? strategy : strategy.get('matrix');
  const runs = matrixRuns(matrix, reading.scope);
  if (!('problem' in runs)) return runs;
  report(reading, { file: reading.file, line: matrix.line, column: matrix.column }, runs.problem);
  return [undefined];
}

/** The workflow that a job calls. */
interface Callee {
  readonly workflow: SourceNode;
  readonly file: string;
  readonly inputsOf: (caller: Scope) => Inputs;
}

/** Returns the workflow that a job calls, if it is in the plan. Reports one that is not. */
function calleeOf(job: SourceNode, { path }: Called, reading: WorkflowReading): Callee | undefined {
  const uses = job.get('uses');
  if (uses.kind === 'nothing') return undefined;
  const name = uses.text ?? '';
  const place = { file: reading.file, line: uses.line, column: uses.column };
  const file = name.startsWith('./') ? reading.options.findYaml(name.slice(2), reading.file) : undefined;
  const workflow = file?.documents.find((document) => document.get('jobs').kind === 'map');
  if (!file || !workflow) {
    report(reading, place, `A called workflow is not in the plan: ${name}`);
    return undefined;
  }
  if (path.includes(file.name) || path.length > MAX_DEPTH) {
    const reason = path.includes(file.name) ? 'calls itself' : `is called more than ${MAX_DEPTH} deep`;
    report(reading, place, `A workflow ${reason}: ${name}`);
    return undefined;
  }
  reading.followed.add(file.name);
  const inputsOf = calledInputs(nodeAt(workflow, 'on', 'workflow_call', 'inputs'), job.get('with'));
  return { workflow, file: file.name, inputsOf };
}

function readCallee(
  { workflow, file, inputsOf }: Callee,
  title: string,
  { called, scope }: { readonly called: Called; readonly scope: Scope },
  reading: WorkflowReading,
): Workload[] {
  const inner = { workflow, inputs: inputsOf(scope), prefix: `${title} / `, path: [...called.path, file] };
  return readJobs(inner, { ...reading, file });
}

/** Returns the container and the services of a job. */
function containersOf(name: string, job: SourceNode, reading: WorkflowReading): readonly FoundImage[] {
  const services = job.get('services');
  const { text, line, column } = services;
  const place = { file: reading.file, line, column };
  // All services may be one expression.
  const computed: FoundImage[] =
    text === undefined
      ? []
      : [
          {
            container: name,
            role: 'service',
            place,
            source: undefined,
            image: (scope) => imagesOf(evaluateText(text, scope)),
          },
        ];
  return [
    ...containerOf(name, job.get('container'), 'job', reading),
    ...services.entries().flatMap(([service, node]) => containerOf(service, node, 'service', reading)),
    ...computed,
  ];
}

function containerOf(
  container: string,
  node: SourceNode,
  role: ImageRole,
  reading: WorkflowReading,
): readonly FoundImage[] {
  const source = node.kind === 'map' ? node.get('image') : node;
  const { text, line, column } = source;
  const place = { file: reading.file, line, column };
  if (text === undefined) {
    if (source.kind !== 'nothing' || node.kind === 'map') report(reading, place, 'An image must be text');
    return [];
  }
  const image = (scope: Scope) => [imageOf(evaluateText(text, scope))];
  return text === '' ? [] : [{ container, role, place, source, image }];
}

/** Returns the image of a container: a text, or a map with `image`. */
function imageOf(value: Value): string {
  const image = value.kind === data.Kind.Dictionary ? value.get('image') : value;
  return image && image.kind !== data.Kind.Null ? textOf(image) : '';
}

/** Returns the images of services that are computed. */
function imagesOf(services: Value): readonly string[] {
  if (services instanceof UnknownValue) return [textOf(services)];
  return services.kind === data.Kind.Dictionary ? services.values().map(imageOf) : [];
}
