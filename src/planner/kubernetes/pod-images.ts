import type { SourceNode } from '../../domain/pull-cost/collect-images.ts';
import { collectNode, type ImageBasket } from '../../domain/pull-cost/collect-images.ts';
import type { ImageRole, PullPolicy } from '../../domain/pull-cost/workload.ts';

const POLICIES: Readonly<Record<string, PullPolicy>> = {
  Always: 'always',
  IfNotPresent: 'if-not-present',
  Never: 'never',
};

/** All images of a pod, in the order in which they start. */
export function collectPodImages(basket: ImageBasket, spec: SourceNode, file: string): void {
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

/** The image of one container. */
export function collectContainer(
  basket: ImageBasket,
  container: SourceNode,
  role: ImageRole,
  file: string,
  name = container.get('name').text ?? role,
): void {
  const policy = readPolicy(basket, container.get('imagePullPolicy'), file);
  collectNode(basket, container.get('image'), { file, container: name, role, policy });
}

/** An image as a volume (https://kubernetes.io/docs/concepts/storage/volumes/#image). */
function collectVolume(basket: ImageBasket, volume: SourceNode, file: string): void {
  const image = volume.get('image');
  const policy = readPolicy(basket, image.get('pullPolicy'), file);
  const container = volume.get('name').text ?? 'volume';
  collectNode(basket, image.get('reference'), { file, container, role: 'volume', policy });
}

function readPolicy({ problems }: ImageBasket, node: SourceNode, file: string): PullPolicy | undefined {
  const { text, line, column } = node;
  if (text === undefined || text === '') return undefined;
  if (Object.hasOwn(POLICIES, text)) return POLICIES[text];
  problems.push({ file, line, column, message: `Not a pull policy: ${text.slice(0, 40)}` });
  return undefined;
}
