import {
  collect,
  type DocumentReading,
  emptyCollection,
  type ImageCollection,
  MAX_REFERENCE_LENGTH,
  nodeAt,
  passiveReading,
  type SourceNode,
} from '../../../domain/pull-cost/collect-images.ts';
import type { ImageRole, PullPolicy, Workload } from '../../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../../kit/foreign-text.ts';
import type { ReadOptions } from '../../source-file.ts';
import { jobWorkload } from '../job-workload.ts';
import { createJobFinder, lineageOf } from './extends.ts';
import { collectFiles, isHeader } from './includes.ts';
import { groupRuns, parallelRuns, type Run } from './parallel-runs.ts';
import { createReferences, type Layer, PipelineNode } from './pipeline-node.ts';
import { createExpansion, isFromOtherRegistry, readVariables } from './variables.ts';

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
const FILE_NAME = /gitlab-ci[^/]*\.ya?ml$/i;

/**
 * Reports whether a document is a pipeline of GitLab CI: a job has a script or starts another pipeline, the file has the name of
 * one, or it is the header of one.
 */
export function isGitlab(document: SourceNode, file: string): boolean {
  const entries = document.entries();
  if (isHeader(document)) return nodeAt(document, 'spec', 'inputs').kind !== 'nothing';
  if (FILE_NAME.test(file) && document.kind === 'map') return true;
  return entries.some(
    ([name, node]) =>
      !KEYWORDS.has(name) && ['script', 'trigger'].some((key) => node.get(key).kind !== 'nothing'),
  );
}

/** A pipeline that is being read. */
interface Pipeline {
  readonly root: PipelineNode;
  /** The variables of all jobs. */
  readonly common: ReadonlyMap<string, string>;
  readonly options: ReadOptions;
  readonly basket: ImageCollection;
  /** Returns a job merged with what it extends; undefined if there is none. */
  readonly jobOf: (name: string) => PipelineNode | undefined;
  readonly report: (at: Pick<Layer, 'file' | 'node'>, message: string) => void;
}

/** Reads a pipeline with the files that it includes: the image and the services of each job. */
export function readGitlab(document: SourceNode, file: string, options: ReadOptions): DocumentReading {
  if (isHeader(document)) return passiveReading(document);
  const basket = emptyCollection(options.budget);
  const { layers, follows, unread } = collectFiles(document, file, options);
  const pipeline = openPipeline(layers, basket, options);
  for (const { at, message } of unread) pipeline.report(at, message);
  const jobs = pipeline.root.entries().filter(([name, job]) => isJob(name) && job.kind === 'map');
  const isOff = isNever(pipeline.root.get('workflow'));
  const workloads = isOff ? [] : jobs.flatMap(([name, job]) => readJob(name, job, pipeline));
  return {
    workloads: workloads.filter(({ uses }) => uses.length > 0),
    problems: basket.problems,
    passive: isOff ? [document] : [...basket.passive, ...passiveParts(document)],
    follows,
    isPart: true,
  };
}

function isJob(name: string): boolean {
  return !KEYWORDS.has(name) && !name.startsWith('.');
}

/** Returns the parts of a pipeline that start no containers by themselves: templates, defaults, and other keys of jobs. */
function passiveParts(document: SourceNode): readonly SourceNode[] {
  const entries = document.entries();
  const others = entries.filter(([name]) => !isJob(name));
  const ofJobs = entries
    .filter(([name]) => isJob(name))
    .flatMap(([, job]) => job.entries().filter(([key, node]) => !isCounted(key, node)));
  return [...others, ...ofJobs].map(([, node]) => node);
}

/** Reports whether a part of a job contains images. The words of a reference are none; its target is counted. */
function isCounted(key: string, node: SourceNode): boolean {
  const isReference = node.kind === 'list' || node.get('name').kind === 'list';
  return key === 'services' || (key === 'image' && !isReference);
}

function openPipeline(layers: readonly Layer[], basket: ImageCollection, options: ReadOptions): Pipeline {
  const reported = new Set<string>();
  const report: Pipeline['report'] = ({ file, node: { line, column } }, message) => {
    const key = `${file}:${line}:${column}:${message}`;
    if (!reported.has(key)) basket.problems.push({ file, line, column, message: quoteForeign(message) });
    reported.add(key);
  };
  const jobs = new Map<string, PipelineNode | undefined>();
  const references = createReferences(jobOf, report);
  const root = new PipelineNode(layers, references);
  const findJob = createJobFinder(root);

  function jobOf(name: string): PipelineNode | undefined {
    if (jobs.has(name)) return jobs.get(name);
    // A job that is, or extends, a reference to itself has no value meanwhile.
    jobs.set(name, undefined);
    const own = root.get(name);
    jobs.set(name, own.kind === 'nothing' ? undefined : own);
    if (own.kind !== 'map') return jobs.get(name);
    const { parts, problem, isWhole } = lineageOf(name, findJob);
    if (problem !== undefined) report({ file: own.file, node: own.get('extends') }, problem);
    const job = isWhole
      ? new PipelineNode(
          parts.flatMap((part) => part.layers),
          references,
        )
      : undefined;
    jobs.set(name, job);
    return job;
  }

  return { root, common: readVariables(root.get('variables')), options, basket, jobOf, report };
}

/** Reports whether a job or a pipeline never runs: no rule without `when: never` is reached. */
function isNever(node: PipelineNode): boolean {
  const rules = node.get('rules').items();
  for (const rule of rules) {
    if (rule.get('when').text !== 'never') return false;
    if (['if', 'changes', 'exists'].every((key) => rule.get(key).kind === 'nothing')) return true;
  }
  return rules.length > 0;
}

function readJob(name: string, own: PipelineNode, pipeline: Pipeline): Workload[] {
  const { basket, report } = pipeline;
  const job = pipeline.jobOf(name);
  const skip = () => {
    basket.passive.push(own.get('image'), own.get('services'));
    return [];
  };
  if (!job) return [];
  const trigger = job.get('trigger');
  if (trigger.kind !== 'nothing') {
    reportTrigger(trigger, pipeline);
    return skip();
  }
  if (isNever(job)) return skip();
  const find = (key: string) => findInherited(key, job, pipeline.root);
  const parts = [find('image'), ...(find('services')?.items() ?? [])];
  if (parts.every((part) => part === undefined)) return [];
  const runs = parallelRuns(find('parallel'), report);
  const images = (run: Run) => {
    const expand = createExpansion(lookupOf(job, run, pipeline));
    return parts.map((part) => part && expandImage(part, expand));
  };
  return groupRuns(runs, images).map(({ count, texts }) => {
    const first = basket.uses.length;
    for (const [i, part] of parts.entries()) {
      if (part)
        collectImage(part, texts[i], { container: name, role: i === 0 ? 'job' : 'service' }, pipeline);
    }
    return jobWorkload('gitlab', name, basket.uses.slice(first), count);
  });

  function expandImage(part: PipelineNode, expand: (text: string) => string): string | undefined {
    const { text } = imageOf(part);
    if (text === undefined) report({ file: part.file, node: imageOf(part) }, 'An image must be text');
    return text === undefined || text.length > MAX_REFERENCE_LENGTH ? text : expand(text);
  }
}

/** Reports a pipeline that a job starts, unless its file is in the plan: it is read by itself. */
function reportTrigger(trigger: PipelineNode, { options, report }: Pipeline): void {
  const include = trigger.get('include');
  const entries = include.kind === 'list' ? include.items() : [include];
  for (const entry of entries) {
    const local = (entry.text ?? entry.get('local').text)?.replace(/^\/+/, '');
    if (local !== undefined && options.findYaml(local, trigger.file)) continue;
    const node = entry.kind === 'nothing' ? trigger : entry;
    report({ file: node.file, node }, 'A pipeline that a job starts is not in the plan');
  }
}

/** Returns a value of a job, or the default that it inherits (https://docs.gitlab.com/ci/yaml/#inherit). */
function findInherited(key: string, job: PipelineNode, root: PipelineNode): PipelineNode | undefined {
  const own = job.get(key);
  if (own.kind !== 'nothing') return own;
  if (!isInherited(key, nodeAt(job, 'inherit', 'default'))) return undefined;
  return [root.get('default').get(key), root.get(key)].find(({ kind }) => kind !== 'nothing');
}

function isInherited(key: string, inherit: SourceNode): boolean {
  if (inherit.kind === 'list') return inherit.items().some(({ text }) => text === key);
  return inherit.text !== 'false';
}

/** Returns the values of variables of a job: given, of its matrix, its own, and those of the pipeline that it inherits. */
function lookupOf(
  job: PipelineNode,
  run: Run,
  { root, options, common }: Pipeline,
): (name: string) => string | undefined {
  const own = readVariables(job.get('variables'));
  const inherit = nodeAt(job, 'inherit', 'variables');
  // Rules may set other values.
  const rules = [...job.get('rules').items(), ...root.get('workflow').get('rules').items()];
  const uncertain = new Set(
    rules.flatMap((rule) =>
      rule
        .get('variables')
        .entries()
        .map(([name]) => name),
    ),
  );
  return (name) => {
    const given = options.variables.get(name) ?? run.get(name);
    if (given !== undefined || uncertain.has(name)) return given;
    return own.get(name) ?? (isInherited(name, inherit) ? common.get(name) : undefined);
  };
}

function imageOf(part: PipelineNode): PipelineNode {
  return part.kind === 'map' ? part.get('name') : part;
}

function collectImage(
  part: PipelineNode,
  text: string | undefined,
  { container, role }: { readonly container: string; readonly role: ImageRole },
  { basket }: Pipeline,
): void {
  const image = imageOf(part);
  const { line, column, file } = image;
  if (text === undefined || text === '' || isFromOtherRegistry(text)) {
    basket.budget.countImage();
    basket.passive.push(image);
    return;
  }
  const platform = nodeAt(part, 'docker', 'platform').text;
  collect(basket, {
    ...{ file, line, column, role, text },
    container: quoteForeign(container),
    policy: policyOf(part.get('pull_policy')),
    platforms: platform === undefined ? [] : [platform],
    range: text === image.text && text.length <= MAX_REFERENCE_LENGTH ? image.range : undefined,
  });
}

/** Returns the pull policy of an image. Default: always, as for runners. */
function policyOf(node: SourceNode): PullPolicy {
  const first = node.kind === 'list' ? node.items()[0]?.text : node.text;
  return POLICIES[first ?? ''] ?? 'always';
}
