import {
  type DocumentReading,
  emptyCollection,
  joinReadings,
  nodeAt,
  passiveReading,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import { isWorkflow, readWorkflow } from './argo-workflows.ts';
import { isKindCluster, readKindCluster } from './kind-cluster.ts';
import { groupOf, isDeployer, isWithoutPods } from './kinds-without-pods.ts';
import { objectName, ownerOf } from './object-index.ts';
import { displayName, type ManifestOptions } from './object-reading.ts';
import { copiesOf } from './pod-count.ts';
import { collectPodImages, readCount } from './pod-images.ts';
import { isOperated, readOperated } from './prometheus-operator.ts';
import { isTekton, readTekton } from './tekton.ts';
import { readUnknown } from './unknown-kind.ts';
import { type WorkloadKind, workloadKind } from './workload-kinds.ts';

/** The deepest nesting of lists. */
const MAX_DEPTH = 8;

/** Reports whether a document looks like a Kubernetes object. A kustomization is none, although it has a kind. */
export function isManifest(document: SourceNode): boolean {
  const { text: apiVersion } = document.get('apiVersion');
  const isObject = document.get('kind').kind === 'text' && apiVersion !== undefined;
  return isObject && !apiVersion.startsWith('kustomize.config.k8s.io/');
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
  const apiVersion = object.get('apiVersion').text ?? (listed && usualVersion(listed)) ?? '';
  const items = itemsOf(object, kind, apiVersion);
  if (items) {
    if (depth === 0) return leftOut(object, options, 'Lists are nested too deep');
    const inner = kind === 'List' || kind === 'Template' ? undefined : kind.slice(0, -'List'.length);
    return joinReadings(items.items().map((item) => readObject(item, options, inner, depth - 1)));
  }
  const known = workloadKind(kind, apiVersion);
  if (known) return readWorkload(object, kind, known, options);
  if (kind === 'HorizontalPodAutoscaler' && groupOf(apiVersion) === 'autoscaling') {
    return readAutoscaler(object, options, 'minReplicas', 1);
  }
  // https://keda.sh/docs/latest/reference/scaledobject-spec/
  if (kind === 'ScaledObject' && groupOf(apiVersion) === 'keda.sh') {
    return readAutoscaler(object, options, 'minReplicaCount', 0);
  }
  if (isKindCluster(kind, apiVersion)) return readKindCluster(object, options);
  if (isWithoutPods(kind, apiVersion) || options.ignoredKinds.has(kind)) return passiveReading(object);
  if (isDeployer(kind, apiVersion)) {
    const message = `${kind} ${displayName(object)} is not followed: plan the manifests that it deploys`;
    return { ...leftOut(object, options, message), passive: [object] };
  }
  if (isWorkflow(kind, apiVersion)) {
    return readWorkflow(object, options, (inner) => readObject(inner, options, undefined, depth - 1));
  }
  if (isTekton(kind, apiVersion)) return readTekton(object, options);
  if (isOperated(kind, apiVersion)) return readOperated(object, options);
  return readUnknown(object, kind, apiVersion, options);
}

/** Returns the list of the objects in a list, or in a Template of OpenShift; undefined for other kinds. */
function itemsOf(object: SourceNode, kind: string, apiVersion: string): SourceNode | undefined {
  const group = groupOf(apiVersion);
  if (kind === 'Template' && (group === '' || group === 'template.openshift.io'))
    return object.get('objects');
  if (!kind.endsWith('List')) return undefined;
  const items = object.get('items');
  const isList =
    items.kind === 'list' || (items.kind === 'nothing' && isWithoutPods(kind.slice(0, -4), apiVersion));
  return isList || kind === 'List' ? items : undefined;
}

function readWorkload(
  object: SourceNode,
  kind: string,
  known: WorkloadKind,
  options: ManifestOptions,
): DocumentReading {
  const { file, index, running } = options;
  const template = nodeAt(object, ...known.template);
  const spec = template.get('spec');
  // An Argo Rollout may refer to a Deployment, which is counted itself.
  if (spec.kind !== 'map') {
    if (kind === 'Rollout' && nodeAt(object, 'spec', 'workloadRef').kind === 'map')
      return passiveReading(object);
    const path = [...known.template, 'spec'].join('.');
    return leftOut(object, options, `A ${kind} without a pod: ${path} is missing`);
  }
  const basket = emptyCollection(options.budget);
  // What a running pod reports about itself.
  basket.passive.push(object.get('status'), object.get('metadata'));
  collectPodImages(basket, spec, file);
  const workload = {
    source: 'kubernetes',
    kind,
    name: displayName(object),
    copies: copiesOf(object, known, template, (node) => readCount(basket, node, file)),
    uses: basket.uses,
  } as const;
  if (running && kind === 'Pod') running.add(object, workload);
  else index.addWorkload(objectName(object, kind), workload, ownerOf(object));
  return { workloads: [workload], problems: basket.problems, passive: basket.passive };
}

/**
 * Reads an autoscaler. It starts no pods itself, but scales its target.
 * @param key the key of the least pods
 * @param usual the least pods without this key; 0: it also scales a target that is scaled to zero
 */
function readAutoscaler(
  object: SourceNode,
  { budget, file, index }: ManifestOptions,
  key: string,
  usual: number,
): DocumentReading {
  const basket = emptyCollection(budget);
  const spec = object.get('spec');
  const least = readCount(basket, spec.get(key), file) ?? usual;
  const target = spec.get('scaleTargetRef');
  const { namespace } = objectName(object);
  const [kind = 'Deployment', name] = [target.get('kind').text, target.get('name').text];
  if (name !== undefined) index.scale({ kind, namespace, name }, least, usual === 0);
  return { workloads: [], problems: basket.problems, passive: [object] };
}

function leftOut(object: SourceNode, { file }: ManifestOptions, message: string): DocumentReading {
  const { line, column } = object.keyPlace('kind');
  return { workloads: [], problems: [{ file, line, column, message: quoteForeign(message) }], passive: [] };
}

/** Returns the `apiVersion` of an item of a typed list, which may omit it. */
function usualVersion(kind: string): string {
  if (kind.endsWith('Job')) return 'batch/v1';
  return ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].includes(kind) ? 'apps/v1' : 'v1';
}
