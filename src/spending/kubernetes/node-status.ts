import { parseImageReference } from '../../domain/image-reference.ts';
import { nameKey } from '../../domain/pull-cost/known-image.ts';
import type { NodeImage } from '../../domain/spending/node-images.ts';
import type { NodeRuntime } from '../../domain/spending/pull-price.ts';
import { type ApiObject, asObject, textOf } from '../../kit/kubernetes/list-watch.ts';

/** The facts in the status of a node. */
export interface NodeFacts {
  readonly name: string;
  readonly images: readonly NodeImage[];
  /** Whether the node has no other images. */
  readonly isComplete: boolean;
  /** Undefined for a runtime that is not known. */
  readonly runtime: NodeRuntime | undefined;
}

/** The most images in the status of a node (kubelet's default of `nodeStatusMaxImages`). A longer list is incomplete. */
const MAX_LISTED = 50;

/** Reads the images and the runtime of a node (https://kubernetes.io/docs/reference/node/node-status/). */
export function readNode(node: ApiObject): NodeFacts {
  const status = asObject(node.status);
  const images = (Array.isArray(status.images) ? status.images : []).map(asObject);
  return {
    name: textOf(asObject(node.metadata).name),
    images: images.flatMap(({ names, sizeBytes }) =>
      (Array.isArray(names) ? names : []).flatMap((name) => {
        const key = keyOf(String(name));
        return key === undefined ? [] : [{ key, bytes: Number(sizeBytes) || undefined }];
      }),
    ),
    isComplete: images.length < MAX_LISTED,
    runtime: readRuntime(textOf(asObject(status.nodeInfo).containerRuntimeVersion)),
  };
}

function keyOf(name: string): string | undefined {
  try {
    return nameKey(parseImageReference(name));
  } catch {
    // Images without a name: `<none>@<none>`.
    return undefined;
  }
}

/** Reads `containerd://1.7.2`, `cri-o://1.30.0` or `docker://19.3.1`. Docker before 20.10 checks an image by GET. */
function readRuntime(version: string): NodeRuntime | undefined {
  const [, name, major, minor] = /^([a-z-]+):\/\/(\d+)\.(\d+)/.exec(version) ?? [];
  if (name === 'containerd') return { runtime: 'containerd', requestsAgain: false };
  if (name === 'cri-o') return { runtime: 'crio', requestsAgain: true };
  if (name !== 'docker') return undefined;
  const isOld = Number(major) < 20 || (Number(major) === 20 && Number(minor) < 10);
  return { runtime: 'dockerd', requestsAgain: isOld };
}
