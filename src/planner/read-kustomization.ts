import type { SourceNode } from '../domain/pull-cost/collect-images.ts';
import { EMPTY_READING, type FileReading } from '../domain/pull-cost/workload.ts';

/** Keys that change images or numbers of pods, or bring in what is nowhere else. */
const CHANGES = [
  ...['images', 'replicas', 'patches', 'patchesStrategicMerge', 'patchesJson6902', 'components'],
  ...['helmCharts', 'helmChartInflationGenerator', 'transformers', 'generators', 'bases'],
] as const;
const REMOTE = /^(?:https?:|git@|ssh:|github\.com\/)|\?ref=/;

/** Whether a document is a kustomization; it need not say so. */
export function isKustomization(document: SourceNode): boolean {
  if (document.get('apiVersion').text?.startsWith('kustomize.config.k8s.io/')) return true;
  return document.get('kind').kind === 'nothing' && document.get('resources').kind === 'list';
}

/** A kustomization is not carried out: what it changes about its resources is left out, and said. */
export function readKustomization(document: SourceNode, file: string): FileReading {
  const key = CHANGES.find((name) => document.get(name).kind !== 'nothing') ?? remoteKey(document);
  if (key === undefined) return EMPTY_READING;
  const message = `A kustomization is not carried out (${key}); plan what "kubectl kustomize" prints`;
  return { workloads: [], problems: [{ file, ...document.keyPlace(key), message }] };
}

function remoteKey(document: SourceNode): string | undefined {
  const isRemote = document
    .get('resources')
    .items()
    .some(({ text = '' }) => REMOTE.test(text));
  return isRemote ? 'resources' : undefined;
}
