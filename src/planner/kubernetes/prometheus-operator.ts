import {
  collect,
  collectNode,
  type DocumentReading,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import { groupOf } from './kinds-without-pods.ts';
import { displayName, type ManifestOptions, ObjectReading } from './object-reading.ts';
import { collectPodImages, readCount } from './pod-images.ts';

/**
 * Kinds whose pods the Prometheus operator starts, with the image of its releases. It appends the version, `spec.version` or its
 * own default (https://prometheus-operator.dev/docs/api-reference/api/).
 */
const DEFAULT_IMAGES: Readonly<Record<string, string>> = {
  Prometheus: 'quay.io/prometheus/prometheus',
  PrometheusAgent: 'quay.io/prometheus/prometheus',
  Alertmanager: 'quay.io/prometheus/alertmanager',
  ThanosRuler: 'quay.io/thanos/thanos',
};
/** The image of the init container and the sidecar that the operator adds to every pod. */
const RELOADER = 'quay.io/prometheus-operator/prometheus-config-reloader';

/** Reports whether the Prometheus operator starts pods for objects of a kind. */
export function isOperated(kind: string, apiVersion: string): boolean {
  return Object.hasOwn(DEFAULT_IMAGES, kind) && groupOf(apiVersion) === 'monitoring.coreos.com';
}

/** Reads an object of the Prometheus operator: its own images, or the default ones of the operator. */
export function readOperated(object: SourceNode, options: ManifestOptions): DocumentReading {
  const kind = object.get('kind').text ?? '';
  const reading = new ObjectReading(object, displayName(object), options);
  const { basket, file } = reading;
  const spec = object.get('spec');
  const place = object.keyPlace('kind');
  const found = { file, role: 'container', policy: undefined } as const;
  const addDefault = (container: string, text: string) =>
    collect(basket, { ...found, ...place, container, text, range: undefined });
  reading.addPod('', () => {
    const image = spec.get('image');
    const version = spec.get('version').text;
    if (image.kind !== 'nothing') collectNode(basket, image, { ...found, container: kind.toLowerCase() });
    else
      addDefault(kind.toLowerCase(), `${DEFAULT_IMAGES[kind]}${version === undefined ? '' : `:${version}`}`);
    addDefault('config-reloader', RELOADER);
    const thanos = spec.get('thanos');
    if (thanos.kind === 'map') {
      const own = thanos.get('image');
      if (own.kind === 'nothing') addDefault('thanos-sidecar', 'quay.io/thanos/thanos');
      else collectNode(basket, own, { ...found, container: 'thanos-sidecar' });
    }
    collectPodImages(basket, spec, file);
  });
  const replicas = readCount(basket, spec.get('replicas'), file) ?? 1;
  const shards = readCount(basket, spec.get('shards'), file) ?? 1;
  const pods = { low: replicas * shards, high: replicas * shards };
  const { workloads, ...rest } = reading.finish();
  return {
    ...rest,
    workloads: workloads.map((workload) => ({ ...workload, copies: { ...workload.copies, pods } })),
  };
}
