import { collectNode, type ImageCollection, type SourceNode } from '../../domain/pull-cost/collect-images.ts';
import type { ImageRole, PullPolicy } from '../../domain/pull-cost/workload.ts';
import { cutText, quoteForeign } from '../../kit/foreign-text.ts';

const POLICIES: Readonly<Record<string, PullPolicy>> = {
  Always: 'always',
  IfNotPresent: 'if-not-present',
  Never: 'never',
};

/** The lists of containers of a pod, in the order in which they start. */
const CONTAINER_LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Collects all images of a pod, in the order in which they start. */
export function collectPodImages(basket: ImageCollection, spec: SourceNode, file: string): void {
  const volumes = spec.get('volumes');
  for (const volume of volumes.items()) collectVolume(basket, volume, file);
  // The images of the other volumes are no container images: those of Ceph, for example.
  basket.passive.push(volumes);
  for (const key of CONTAINER_LISTS) {
    const list = spec.get(key);
    if (list.kind === 'map' || list.kind === 'text') reportShape(basket, list, `${key} must be a list`, file);
    for (const container of list.items()) collectContainer(basket, container, roleIn(key, container), file);
  }
}

function roleIn(list: (typeof CONTAINER_LISTS)[number], container: SourceNode): ImageRole {
  if (list === 'containers') return 'container';
  if (list === 'ephemeralContainers') return 'ephemeral';
  // https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
  return container.get('restartPolicy').text === 'Always' ? 'sidecar' : 'init';
}

/** Collects the image of one container. */
export function collectContainer(
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

/** Returns a pull policy; undefined if it is missing. Any other value is a problem. */
export function readPolicy(
  { problems }: ImageCollection,
  node: SourceNode,
  file: string,
): PullPolicy | undefined {
  const { text, line, column } = node;
  if (text === undefined || text === '') return undefined;
  if (Object.hasOwn(POLICIES, text)) return POLICIES[text];
  const message = quoteForeign(`Not a pull policy: ${cutText(text, 41)}`);
  problems.push({ file, line, column, message });
  return undefined;
}

/**
 * Returns a whole number as Kubernetes reads it, such as `replicas`; undefined if it is missing. Any other value, such as
 * text or a parameter, is a problem.
 */
export function readCount(basket: ImageCollection, node: SourceNode, file: string): number | undefined {
  if (node.kind === 'nothing') return undefined;
  const { text } = node;
  if (text !== undefined && !node.isString && /^\d{1,9}$/.test(text)) return Number(text);
  const written = text === undefined ? `a ${node.kind}` : cutText(text, 41);
  reportShape(basket, node, quoteForeign(`Not a whole number: ${written}`), file);
  return undefined;
}

/** Reports a value of the wrong shape. */
export function reportShape(
  { problems }: ImageCollection,
  { line, column }: SourceNode,
  message: string,
  file: string,
): void {
  problems.push({ file, line, column, message });
}
