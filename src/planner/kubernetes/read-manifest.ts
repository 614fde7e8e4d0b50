import {
  collectNode,
  type DocumentReading,
  emptyCollection,
  type ImageCollection,
  joinReadings,
  nodeAt,
  passiveReading,
  type ReadingBudget,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import { exactly } from '../../domain/pull-cost/pull-range.ts';
import type { ImageRole, PullPolicy, Workload } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import { copiesOf } from './pod-count.ts';
import { KINDS_WITHOUT_PODS, type WorkloadKind, workloadKind } from './workload-kinds.ts';

const POLICIES: Readonly<Record<string, PullPolicy>> = {
  Always: 'always',
  IfNotPresent: 'if-not-present',
  Never: 'never',
};

/** Collects all images of a pod, in the order in which they start. */
function collectPodImages(basket: ImageCollection, spec: SourceNode, file: string): void {
  for (const volume of spec.get('volumes').items()) collectVolume(basket, volume, file);
  for (const container of spec.get('initContainers').items()) {
    // https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    const isSidecar = container.get('restartPolicy').text === 'Always';
    collectContainer(basket, container, isSidecar ? 'sidecar' : 'init', file);
  }
  for (const container of spec.get('containers').items()) {
    collectContainer(basket, container, 'container', file);
  }
  for (const container of spec.get('ephemeralContainers').items()) {
    collectContainer(basket, container, 'ephemeral', file);
  }
}

/** Collects the image of one container. */
function collectContainer(
  basket: ImageCollection,
  container: SourceNode,
  role: ImageRole,
  file: string,
  name = container.get('name').text ?? role,
): void {
  const policy = readPolicy(basket, container.get('imagePullPolicy'), file);
  collectNode(basket, container.get('image'), { file, container: name, role, policy });
}

/** Collects an image that is mounted as a volume (https://kubernetes.io/docs/concepts/storage/volumes/#image). */
function collectVolume(basket: ImageCollection, volume: SourceNode, file: string): void {
  const image = volume.get('image');
  const policy = readPolicy(basket, image.get('pullPolicy'), file);
  const container = volume.get('name').text ?? 'volume';
  collectNode(basket, image.get('reference'), { file, container, role: 'volume', policy });
}

function readPolicy({ problems }: ImageCollection, node: SourceNode, file: string): PullPolicy | undefined {
  const { text, line, column } = node;
  if (text === undefined || text === '') return undefined;
  if (Object.hasOwn(POLICIES, text)) return POLICIES[text];
  problems.push({ file, line, column, message: `Not a pull policy: ${text.slice(0, 40)}` });
  return undefined;
}

/** Kinds of Argo Workflows (https://argo-workflows.readthedocs.io/), with the path of the object with their templates. */
const WORKFLOWS: Readonly<Record<string, readonly string[]>> = {
  Workflow: ['spec'],
  WorkflowTemplate: ['spec'],
  ClusterWorkflowTemplate: ['spec'],
  CronWorkflow: ['spec', 'workflowSpec'],
};

/** Reads an Argo workflow: each template with a container is a pod that runs once. Returns undefined for other kinds. */
function readWorkflow(
  object: SourceNode,
  name: string,
  { file, budget }: { readonly file: string; readonly budget: ReadingBudget },
): DocumentReading | undefined {
  const kind = object.get('kind').text ?? '';
  const path = Object.hasOwn(WORKFLOWS, kind) ? WORKFLOWS[kind] : undefined;
  if (!path || !object.get('apiVersion').text?.startsWith('argoproj.io/')) return undefined;
  const basket = emptyCollection(budget);
  const workloads = nodeAt(object, ...path, 'templates')
    .items()
    .flatMap((template): Workload[] => {
      const first = basket.uses.length;
      const step = quoteForeign(template.get('name').text ?? 'template');
      for (const part of ['container', 'script']) {
        collectContainer(basket, template.get(part), 'container', file, step);
      }
      const inner = template.get('containerSet').get('containers').items();
      for (const container of inner) collectContainer(basket, container, 'container', file);
      for (const init of template.get('initContainers').items()) collectContainer(basket, init, 'init', file);
      for (const sidecar of template.get('sidecars').items()) {
        collectContainer(basket, sidecar, 'sidecar', file);
      }
      const uses = basket.uses.slice(first);
      if (uses.length === 0) return [];
      const copies = { pods: exactly(1), spread: { kind: 'free' }, place: 'cluster' } as const;
      return [{ source: 'kubernetes', kind, name: `${name}/${step}`, copies, uses }];
    });
  return { workloads, problems: basket.problems, passive: [] };
}

/** Options of `readManifest()`. */
interface ManifestOptions {
  readonly file: string;
  /** Kinds that start no pods and are not reported as unknown. */
  readonly ignoredKinds: ReadonlySet<string>;
  /** The limits of all files of the plan together. */
  readonly budget: ReadingBudget;
}

/** The deepest nesting of lists. */
const MAX_DEPTH = 8;

/** Reports whether a document looks like a Kubernetes object. */
export function isManifest(document: SourceNode): boolean {
  return document.get('kind').kind === 'text' && document.get('apiVersion').kind === 'text';
}

/** Reads a Kubernetes object, or a list of them. */
export function readManifest(object: SourceNode, options: ManifestOptions): DocumentReading {
  return readObject(object, options, undefined, MAX_DEPTH);
}

/** @param listed the kind of the items of a typed list, such as Pod for a PodList */
function readObject(
  object: SourceNode,
  options: ManifestOptions,
  listed: string | undefined,
  depth: number,
): DocumentReading {
  const kind = object.get('kind').text ?? listed ?? '';
  if (kind.endsWith('List') && object.get('items').kind !== 'nothing') {
    if (depth === 0) return leftOut(object, options, 'Lists are nested too deep');
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
  if (KINDS_WITHOUT_PODS.has(kind) || options.ignoredKinds.has(kind)) return passiveReading(object);
  const workflow = readWorkflow(object, nameOf(object), options);
  return workflow ?? leftOut(object, options, `Unknown kind: ${kind} (${apiVersion || 'no apiVersion'})`);
}

function readWorkload(
  object: SourceNode,
  kind: string,
  known: WorkloadKind,
  options: ManifestOptions,
): DocumentReading {
  const template = nodeAt(object, ...known.template);
  const spec = template.get('spec');
  // An Argo Rollout may refer to a Deployment, which is counted itself.
  if (spec.kind !== 'map') {
    if (kind === 'Rollout' && nodeAt(object, 'spec', 'workloadRef').kind === 'map')
      return passiveReading(object);
    return leftOut(
      object,
      options,
      `A ${kind} without a pod: ${[...known.template, 'spec'].join('.')} is missing`,
    );
  }
  const basket = emptyCollection(options.budget);
  collectPodImages(basket, spec, options.file);
  const workload = {
    source: 'kubernetes',
    kind,
    name: nameOf(object),
    copies: copiesOf(object, known, template),
    uses: basket.uses,
  } as const;
  return { workloads: [workload], problems: basket.problems, passive: [] };
}

function leftOut(object: SourceNode, { file }: ManifestOptions, message: string): DocumentReading {
  const { line, column } = object.keyPlace('kind');
  return { workloads: [], problems: [{ file, line, column, message: quoteForeign(message) }], passive: [] };
}

function nameOf(object: SourceNode): string {
  const metadata = object.get('metadata');
  const name = metadata.get('name').text ?? metadata.get('generateName').text ?? '';
  const namespace = metadata.get('namespace').text;
  return quoteForeign(namespace === undefined ? name : `${namespace}/${name}`);
}

/** Returns the `apiVersion` of an item of a typed list, which may omit it. */
function usualVersion(kind: string): string {
  if (kind === 'Pod' || kind === 'ReplicationController') return 'v1';
  return kind.endsWith('Job') ? 'batch/v1' : 'apps/v1';
}
