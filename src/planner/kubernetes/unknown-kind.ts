import type { DocumentReading, SourceNode } from '../../domain/pull-cost/collect-images.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import { displayName, type ManifestOptions, ObjectReading } from './object-reading.ts';
import { collectPodImages } from './pod-images.ts';

/** Reports a kind that is not known. The pods in it may be pulled: their images count from 0. */
export function readUnknown(
  object: SourceNode,
  kind: string,
  apiVersion: string,
  options: ManifestOptions,
): DocumentReading {
  const reading = new ObjectReading(object, displayName(object), options);
  const place = object.keyPlace('kind');
  reading.basket.passive.push(object.get('status'), object.get('metadata'));

  function visit(node: SourceNode): void {
    if (node.get('containers').kind === 'list') {
      reading.addPod('', () => collectPodImages(reading.basket, node, options.file));
    }
    for (const item of node.items()) visit(item);
    for (const [key, value] of node.entries()) if (key !== 'status') visit(value);
  }

  visit(object);
  const { workloads, problems, passive } = reading.finish();
  const effect = workloads.length > 0 ? '; its pods may be pulled' : '';
  const message = quoteForeign(`Unknown kind: ${kind} (${apiVersion || 'no apiVersion'})${effect}`);
  const pods = { low: 0, high: 1 };
  return {
    workloads: workloads.map((workload) => ({ ...workload, copies: { ...workload.copies, pods } })),
    problems: [{ file: options.file, ...place, message }, ...problems],
    passive,
  };
}
