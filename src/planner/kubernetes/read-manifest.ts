import type { ReadingBudget } from '../../domain/pull-cost/collect-images.ts';
import { emptyBasket, joinReadings, nodeAt, type SourceNode } from '../../domain/pull-cost/collect-images.ts';
import { EMPTY_READING, type FileReading } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import { copiesOf } from './pod-count.ts';
import { collectPodImages } from './pod-images.ts';
import { readWorkflow } from './read-workflow.ts';
import { KINDS_WITHOUT_PODS, type WorkloadKind, workloadKind } from './workload-kinds.ts';

/** What the reader of manifests is told. */
export interface ManifestOptions {
  readonly file: string;
  /** Kinds that nobody needs to hear of. */
  readonly ignoredKinds: ReadonlySet<string>;
  /** What all files of the plan may hold together. */
  readonly budget: ReadingBudget;
}

/** A list in a list in a list is no manifest. */
const MAX_DEPTH = 8;

/** Whether a document is a Kubernetes object, or wants to be one. */
export function isManifest(document: SourceNode): boolean {
  return document.get('kind').kind === 'text' && document.get('apiVersion').kind === 'text';
}

/** Reads a Kubernetes object, or a list of them. */
export function readManifest(object: SourceNode, options: ManifestOptions): FileReading {
  return readObject(object, options, undefined, MAX_DEPTH);
}

/** @param listed the kind of what a typed list holds, such as a PodList */
function readObject(
  object: SourceNode,
  options: ManifestOptions,
  listed: string | undefined,
  depth: number,
): FileReading {
  const kind = object.get('kind').text ?? listed ?? '';
  if (kind.endsWith('List') && object.get('items').kind !== 'nothing') {
    if (depth === 0) return leftOut(object, options, 'Lists in lists without an end');
    const inner = kind === 'List' ? undefined : kind.slice(0, -'List'.length);
    return joinReadings(
      object
        .get('items')
        .items()
        .map((item) => readObject(item, options, inner, depth - 1)),
    );
  }
  const apiVersion = object.get('apiVersion').text ?? (listed && usualVersion(listed)) ?? '';
  const known = workloadKind(kind, apiVersion);
  if (known) return readWorkload(object, kind, known, options);
  if (KINDS_WITHOUT_PODS.has(kind) || options.ignoredKinds.has(kind)) return EMPTY_READING;
  const workflow = readWorkflow(object, nameOf(object), options);
  return workflow ?? leftOut(object, options, `Unknown kind: ${kind} (${apiVersion || 'no apiVersion'})`);
}

function readWorkload(
  object: SourceNode,
  kind: string,
  known: WorkloadKind,
  options: ManifestOptions,
): FileReading {
  const template = nodeAt(object, ...known.template);
  const spec = template.get('spec');
  // An Argo Rollout may point to a Deployment, which is counted where it stands.
  if (spec.kind !== 'map') {
    if (kind === 'Rollout' && nodeAt(object, 'spec', 'workloadRef').kind === 'map') return EMPTY_READING;
    return leftOut(
      object,
      options,
      `A ${kind} without a pod: ${[...known.template, 'spec'].join('.')} is missing`,
    );
  }
  const basket = emptyBasket(options.budget);
  collectPodImages(basket, spec, options.file);
  const workload = {
    source: 'kubernetes',
    kind,
    name: nameOf(object),
    copies: copiesOf(object, known, template),
    uses: basket.uses,
  } as const;
  return { workloads: [workload], problems: basket.problems };
}

function leftOut(object: SourceNode, { file }: ManifestOptions, message: string): FileReading {
  const { line, column } = object.keyPlace('kind');
  return { workloads: [], problems: [{ file, line, column, message: quoteForeign(message) }] };
}

function nameOf(object: SourceNode): string {
  const metadata = object.get('metadata');
  const name = metadata.get('name').text ?? metadata.get('generateName').text ?? '';
  const namespace = metadata.get('namespace').text;
  return quoteForeign(namespace === undefined ? name : `${namespace}/${name}`);
}

/** The items of a typed list need not say what they are. */
function usualVersion(kind: string): string {
  if (kind === 'Pod' || kind === 'ReplicationController') return 'v1';
  return kind.endsWith('Job') ? 'batch/v1' : 'apps/v1';
}
