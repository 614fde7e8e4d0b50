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
import type { Workload } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import type { ReadOptions } from '../source-file.ts';
import {
  defaultsOf,
  EXPRESSION,
  fill,
  type Parameters,
  pipelineParameters,
  prefixed,
  textsOf,
} from './circleci-parameters.ts';
import { jobWorkload } from './job-workload.ts';

/** A configuration of CircleCI that is being read. */
interface Reading {
  readonly document: SourceNode;
  readonly file: string;
  readonly options: ReadOptions;
  readonly basket: ImageCollection;
  readonly reported: Set<string>;
}

const FILE_NAME = /(?:^|\/)\.circleci\/[^/]*\.ya?ml$/;
/** The most runs of jobs that one configuration starts. */
const MAX_RUNS = 5_000;

/** Reports whether a document is a configuration of CircleCI. */
export function isCircleci(document: SourceNode, file: string): boolean {
  const keys = new Set(document.entries().map(([name]) => name));
  if (keys.has('on')) return false;
  if (FILE_NAME.test(file) && document.kind === 'map') return true;
  const isVersioned = /^2(?:\.\d)?$/.test(document.get('version').text ?? '');
  return isVersioned && ['jobs', 'workflows', 'orbs', 'executors'].some((key) => keys.has(key));
}

/** Reads a configuration: the images of each job that a workflow starts, and of all jobs if there are no workflows. */
export function readCircleci(document: SourceNode, file: string, options: ReadOptions): DocumentReading {
  const reading = {
    document,
    file,
    options,
    basket: emptyCollection(options.budget),
    reported: new Set<string>(),
  };
  const { basket } = reading;
  if (document.get('setup').text === 'true') {
    report(reading, document.get('setup'), 'A configuration that is continued while it runs is not known');
  }
  const started = startedJobs(reading);
  const workloads = started.flatMap((job) => readJob(job, reading));
  const names = new Set(started.map(({ name }) => name));
  const others = document.entries().filter(([name]) => name !== 'jobs');
  const ofJobs = document
    .get('jobs')
    .entries()
    .flatMap(([name, job]) =>
      names.has(name) ? job.entries().filter(([key]) => key !== 'docker') : [[name, job] as const],
    );
  return {
    workloads: workloads.filter(({ uses }) => uses.length > 0),
    problems: basket.problems,
    passive: [...others, ...ofJobs].map(([, node]) => node),
  };
}

/** Adds a problem once. */
function report({ basket, file, reported }: Reading, { line, column }: SourceNode, message: string): void {
  const key = `${line}:${column}:${message}`;
  if (!reported.has(key)) basket.problems.push({ file, line, column, message: quoteForeign(message) });
  reported.add(key);
}

/** A job that a workflow starts. */
interface StartedJob {
  readonly name: string;
  /** The entry of the workflow. */
  readonly at: SourceNode;
  readonly given: Parameters;
}

function startedJobs(reading: Reading): readonly StartedJob[] {
  const { document } = reading;
  const workflows = document
    .get('workflows')
    .entries()
    .filter(([name, workflow]) => name !== 'version' && workflow.kind === 'map');
  const started: StartedJob[] = [];
  for (const [, workflow] of workflows) {
    if (workflow.get('when').text === 'false' || workflow.get('unless').text === 'true') continue;
    for (const entry of workflow.get('jobs').items()) {
      const [[name, values] = [entry.text ?? '', entry.get('')]] = entry.entries();
      for (const matrix of matrixRuns(values.get('matrix'), reading)) {
        started.push({ name, at: entry, given: new Map([...textsOf(values), ...matrix]) });
        if (started.length > MAX_RUNS)
          throw new PlanLimitError(`More than ${MAX_RUNS} jobs in one configuration`);
      }
    }
  }
  if (workflows.length > 0) return started;
  // Without workflows, the job `build` is started.
  const build = document.get('jobs').get('build');
  return build.kind === 'nothing' ? [] : [{ name: 'build', at: build, given: new Map() }];
}

/** Returns the combinations of a matrix without the excluded ones. */
function matrixRuns(matrix: SourceNode, { document, options }: Reading): readonly Parameters[] {
  let runs: Parameters[] = [new Map()];
  for (const [name, node] of matrix.get('parameters').entries()) {
    const values = node.items().map(({ text = '' }) => fill(text, pipelineParameters(document, options)));
    if (runs.length * values.length > MAX_RUNS)
      throw new PlanLimitError(`More than ${MAX_RUNS} jobs in one matrix`);
    runs = runs.flatMap((run) => values.map((value) => new Map([...run, [name, value]])));
  }
  const excluded = matrix.get('exclude').items().map(textsOf);
  return runs.filter(
    (run) => !excluded.some((entry) => [...entry].every(([name, value]) => run.get(name) === value)),
  );
}

function readJob({ name, at, given }: StartedJob, reading: Reading): Workload[] {
  const { document, options, basket } = reading;
  if (given.get('type') === 'approval') return [];
  const job = definedAs('jobs', name, document);
  if (job.kind !== 'map') {
    const reason = name.includes('/') ? 'A job of an orb is not read' : 'A job that is not in the file';
    report(reading, at, `${reason}: ${name}`);
    return [];
  }
  const scope = new Map([
    ...pipelineParameters(document, options),
    ...prefixed('parameters.', defaultsOf(job)),
    ...prefixed('parameters.', given),
  ]);
  const first = basket.uses.length;
  const where = executorOf(job, scope, reading);
  if (where)
    for (const image of where.node.get('docker').items()) collectImage(image, name, where.scope, reading);
  const uses = basket.uses.slice(first);
  const parallelism = fill(job.get('parallelism').text ?? '1', scope);
  return [jobWorkload('circleci', name, uses, /^[1-9]\d{0,4}$/.test(parallelism) ? Number(parallelism) : 1)];
}

/** Returns a job or an executor of the file, or of an orb that the file contains: `ORB/NAME`. */
function definedAs(kind: 'jobs' | 'executors', name: string, document: SourceNode): SourceNode {
  const [orb = '', inner] = name.split('/');
  return inner === undefined ? nodeAt(document, kind, name) : nodeAt(document, 'orbs', orb, kind, inner);
}

interface Executor {
  readonly node: SourceNode;
  readonly scope: Parameters;
}

/** Returns the part with the images of a job: the job itself, or its executor with its parameters. */
function executorOf(job: SourceNode, scope: Parameters, reading: Reading): Executor | undefined {
  const { document, options } = reading;
  const executor = job.get('executor');
  if (executor.kind === 'nothing') return { node: job, scope };
  const written = executor.text ?? executor.get('name').text ?? '';
  const name = fill(written, scope);
  const node = definedAs('executors', name, document);
  if (node.kind !== 'map') {
    const reason = name.includes('/')
      ? 'An executor of an orb is not read'
      : 'An executor that is not in the file';
    report(reading, executor, `${reason}: ${name}`);
    return undefined;
  }
  const given = [...textsOf(executor)].map(([key, value]) => [key, fill(value, scope)] as const);
  const inner = new Map([
    ...pipelineParameters(document, options),
    ...prefixed('parameters.', defaultsOf(node)),
    ...prefixed('parameters.', given),
  ]);
  return { node, scope: inner };
}

function collectImage(entry: SourceNode, container: string, scope: Parameters, reading: Reading): void {
  const { basket, file } = reading;
  const image = entry.kind === 'map' ? entry.get('image') : entry;
  const { text: written, line, column } = image;
  if (written === undefined) {
    report(reading, image, 'An image must be text');
    return;
  }
  const text = written.length > MAX_REFERENCE_LENGTH ? written : fill(written, scope);
  const unknown = EXPRESSION.exec(text)?.[0];
  if (unknown !== undefined) {
    basket.budget.countImage();
    report(reading, image, `A parameter without a value: ${text}`);
    return;
  }
  const range = text === written && text.length <= MAX_REFERENCE_LENGTH ? image.range : undefined;
  const found = {
    file,
    line,
    column,
    container: quoteForeign(container),
    role: 'job',
    policy: 'always',
  } as const;
  if (text !== '') collect(basket, { ...found, text, range });
}
