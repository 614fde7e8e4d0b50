import {
  collect,
  countAt,
  type DocumentReading,
  emptyCollection,
  type ImageCollection,
  MAX_REFERENCE_LENGTH,
  nodeAt,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import type { ImageRole, PullPolicy, Workload } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import type { ReadOptions } from '../source-file.ts';
import { fillIn, type Variables } from '../variables.ts';
import { createVariableReader, type PipelineReading, withParents } from './gitlab-extends.ts';
import { jobWorkload } from './job-workload.ts';

/** Top-level keys of a pipeline that are not jobs (https://docs.gitlab.com/ci/yaml/). */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...['default', 'include', 'stages', 'variables', 'workflow', 'image', 'services', 'cache', 'spec'],
  ...['before_script', 'after_script', 'types'],
]);
const POLICIES: Readonly<Record<string, PullPolicy>> = {
  always: 'always',
  'if-not-present': 'if-not-present',
  never: 'never',
};
/** The most copies of one job that GitLab starts (https://docs.gitlab.com/ci/yaml/#parallel). */
const MAX_PARALLEL = 200;

/** Reports whether a document is a pipeline of GitLab CI: a job has a script, or there are only common settings. */
export function isGitlab(document: SourceNode): boolean {
  const entries = document.entries();
  return entries.some(
    ([name, node]) =>
      !KEYWORDS.has(name) &&
      (node.get('script').kind !== 'nothing' || node.get('trigger').kind !== 'nothing'),
  );
}

/** Reads a pipeline: the image and the services of each job. */
export function readGitlab(document: SourceNode, file: string, options: ReadOptions): DocumentReading {
  const basket = emptyCollection(options.budget);
  reportIncludes(document, basket, file, options);
  // Defaults and hidden jobs pull nothing themselves; jobs that inherit their images are counted.
  const inherited = document.entries().filter(([name]) => KEYWORDS.has(name) || name.startsWith('.'));
  for (const [, value] of inherited) basket.passive.push(value);
  const reading = { basket, file, options, document, variablesOf: createVariableReader() };
  const workloads = document
    .entries()
    .filter(([name, job]) => !KEYWORDS.has(name) && !name.startsWith('.') && job.kind === 'map')
    .map(([name, job]) => readJob(name, job, reading));
  return {
    workloads: workloads.filter(({ uses }) => uses.length > 0),
    problems: basket.problems,
    passive: basket.passive,
  };
}

function readJob(name: string, job: SourceNode, reading: PipelineReading): Workload {
  const { basket, document, options, variablesOf } = reading;
  const first = basket.uses.length;
  const { parts: chain, isWhole } = withParents({ name, node: job }, reading);
  if (!isWhole) return jobWorkload('gitlab', name, []);
  const pipeline = { name: '', node: document };
  const variables: Variables = {
    get(variable) {
      const given = options.variables.get(variable);
      if (given !== undefined) return given;
      for (const part of [...chain, pipeline]) {
        const value = variablesOf(part).get(variable);
        if (value !== undefined) return value;
      }
      return undefined;
    },
  };
  const fallbacks = [document.get('default'), document];
  const find = (key: string) => {
    for (const node of [...chain.map((part) => part.node), ...fallbacks]) {
      const value = node.get(key);
      if (value.kind !== 'nothing') return value;
    }
    return undefined;
  };
  const add = (node: SourceNode | undefined, role: ImageRole) => {
    if (node) collectImage(node, quoteForeign(name), role, variables, reading);
  };
  // A job that only starts another pipeline has no container.
  if (chain.every(({ node }) => node.get('trigger').kind === 'nothing')) {
    add(find('image'), 'job');
    for (const service of find('services')?.items() ?? []) add(service, 'service');
  }
  const uses = basket.uses.slice(first);
  return jobWorkload('gitlab', name, uses, uses.length === 0 ? 1 : parallelRuns(find('parallel'), reading));
}

function collectImage(
  node: SourceNode,
  container: string,
  role: ImageRole,
  variables: Variables,
  { basket, file }: PipelineReading,
): void {
  const image = node.kind === 'map' ? node.get('name') : node;
  const { line, column, text: written } = image;
  if (written === undefined || written === '') {
    basket.budget.countImage();
    return;
  }
  // GitLab also substitutes variables in the values of variables.
  const isLong = written.length > MAX_REFERENCE_LENGTH;
  const text = isLong ? written : fillIn(fillIn(written, variables), variables);
  const platform = nodeAt(node, 'docker', 'platform').text;
  collect(basket, {
    file,
    line,
    column,
    container,
    role,
    text,
    policy: policyOf(node.get('pull_policy')),
    platforms: platform === undefined ? [] : [platform],
    range: text === written ? image.range : undefined,
  });
}

/** Returns the pull policy of an image. Default: always, as for runners. */
function policyOf(node: SourceNode): PullPolicy {
  const first = node.kind === 'list' ? node.items()[0]?.text : node.text;
  return POLICIES[first ?? ''] ?? 'always';
}

function parallelRuns(parallel: SourceNode | undefined, { basket, file }: PipelineReading): number {
  if (!parallel) return 1;
  const runs =
    countAt(parallel) ??
    parallel
      .get('matrix')
      .items()
      .reduce((sum, entry) => sum + matrixRuns(entry), 0);
  if (runs > MAX_PARALLEL) {
    const { line, column } = parallel;
    const message = `GitLab starts no more than ${MAX_PARALLEL} copies of a job`;
    basket.problems.push({ file, line, column, message });
  }
  return Math.min(MAX_PARALLEL, Math.max(1, runs));
}

function matrixRuns(entry: SourceNode): number {
  return entry.entries().reduce((all, [, values]) => all * Math.max(1, values.items().length), 1);
}

function reportIncludes(
  document: SourceNode,
  { problems }: ImageCollection,
  file: string,
  options: ReadOptions,
): void {
  const include = document.get('include');
  const entries = include.kind === 'list' ? include.items() : include.kind === 'nothing' ? [] : [include];
  for (const entry of entries) {
    const local = entry.text ?? entry.get('local').text;
    if (local !== undefined && options.hasFile(local.replace(/^\//, ''))) continue;
    const message = 'An include is not followed; plan the merged pipeline, or name the included file too';
    problems.push({ file, line: entry.line, column: entry.column, message });
  }
}
