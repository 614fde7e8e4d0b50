import { collect, emptyBasket, type ImageBasket } from '../../domain/pull-cost/found-image.ts';
import { countAt, nodeAt, type SourceNode } from '../../domain/pull-cost/source-node.ts';
import type { FileReading, ImageRole, PullPolicy, Workload } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../domain/quote-foreign.ts';
import type { ReadOptions } from '../source-file.ts';
import { fillIn } from '../variables.ts';
import { jobWorkload } from './job-workload.ts';

/** Keys at the top of a pipeline that are no jobs (https://docs.gitlab.com/ci/yaml/). */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...['default', 'include', 'stages', 'variables', 'workflow', 'image', 'services', 'cache', 'spec'],
  ...['before_script', 'after_script', 'types'],
]);
const POLICIES: Readonly<Record<string, PullPolicy>> = {
  always: 'always',
  'if-not-present': 'if-not-present',
  never: 'never',
};
const MAX_EXTENDS = 11;

/** Whether a document is a pipeline of GitLab CI: some job has a script, or it only says what its jobs have in common. */
export function isGitlab(document: SourceNode): boolean {
  const entries = document.entries();
  return entries.some(
    ([name, node]) =>
      !KEYWORDS.has(name) &&
      (node.get('script').kind !== 'nothing' || node.get('trigger').kind !== 'nothing'),
  );
}

/** Reads a pipeline: the image and the services of each job. */
export function readGitlab(document: SourceNode, file: string, options: ReadOptions): FileReading {
  const basket = emptyBasket();
  reportIncludes(document, basket, file, options);
  const workloads = document
    .entries()
    .filter(([name, job]) => !KEYWORDS.has(name) && !name.startsWith('.') && job.kind === 'map')
    .map(([name, job]) => readJob(name, job, { basket, file, options, document }));
  return { workloads: workloads.filter(({ uses }) => uses.length > 0), problems: basket.problems };
}

interface Reading {
  readonly basket: ImageBasket;
  readonly file: string;
  readonly options: ReadOptions;
  readonly document: SourceNode;
}

function readJob(name: string, job: SourceNode, reading: Reading): Workload {
  const { basket, document, options } = reading;
  const first = basket.uses.length;
  const chain = withParents(job, document);
  const variables = collectVariables([...chain, document], options);
  const fallbacks = [document.get('default'), document];
  const find = (key: string) =>
    [...chain, ...fallbacks].map((node) => node.get(key)).find(({ kind }) => kind !== 'nothing');
  const add = (node: SourceNode | undefined, role: ImageRole) => {
    if (node) collectImage(node, quoteForeign(name), role, variables, reading);
  };
  // A job that only starts another pipeline has no container.
  if (chain.every((node) => node.get('trigger').kind === 'nothing')) {
    add(find('image'), 'job');
    for (const service of find('services')?.items() ?? []) add(service, 'service');
  }
  return jobWorkload('gitlab', name, basket.uses.slice(first), parallelRuns(find('parallel')));
}

/** A job, then what it extends, the nearest first: https://docs.gitlab.com/ci/yaml/#extends. */
function withParents(job: SourceNode, document: SourceNode, depth = MAX_EXTENDS): readonly SourceNode[] {
  const parents = job.get('extends');
  const names = parents.kind === 'list' ? parents.items().map(({ text }) => text) : [parents.text];
  if (depth === 0) return [job];
  return [
    job,
    ...names
      .toReversed()
      .flatMap((name) => (name === undefined ? [] : withParents(document.get(name), document, depth - 1))),
  ];
}

function collectVariables(nodes: readonly SourceNode[], { variables }: ReadOptions): Map<string, string> {
  const found = new Map(variables);
  for (const [name, node] of nodes.flatMap((inner) => inner.get('variables').entries())) {
    const value = node.text ?? node.get('value').text;
    if (value !== undefined && !found.has(name)) found.set(name, value);
  }
  return found;
}

function collectImage(
  node: SourceNode,
  container: string,
  role: ImageRole,
  variables: ReadonlyMap<string, string>,
  { basket, file }: Reading,
): void {
  const image = node.kind === 'map' ? node.get('name') : node;
  const { line, column, text: written } = image;
  if (written === undefined || written === '') return;
  // GitLab fills variables of variables in too.
  const text = fillIn(fillIn(written, variables), variables);
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

/** A runner pulls always, unless a job may say otherwise and does. */
function policyOf(node: SourceNode): PullPolicy {
  const first = node.kind === 'list' ? node.items()[0]?.text : node.text;
  return POLICIES[first ?? ''] ?? 'always';
}

function parallelRuns(parallel: SourceNode | undefined): number {
  if (!parallel) return 1;
  const count = countAt(parallel);
  if (count !== undefined) return Math.max(1, count);
  const runs = parallel
    .get('matrix')
    .items()
    .map((entry) => entry.entries().reduce((all, [, values]) => all * Math.max(1, values.items().length), 1));
  return Math.max(
    1,
    runs.reduce((sum, each) => sum + each, 0),
  );
}

function reportIncludes(
  document: SourceNode,
  { problems }: ImageBasket,
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
