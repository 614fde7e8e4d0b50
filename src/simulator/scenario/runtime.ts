import { askFrugally, type Kept } from './frugal-upstream.ts';
import type { Image, PullPolicy, Runtime } from './scenario.ts';
import type { Child, Upstream } from './upstream.ts';

/** A machine that runs containers, by what it has pulled. */
export interface Node extends Kept {
  /** Images as they were named. */
  readonly images: Set<string>;
}

/** What became of a pull. */
export interface Pulled {
  /** `refused`: nothing is left. `failed`: everything else that is no image. */
  readonly outcome: 'pulled' | 'refused' | 'failed';
  /** Pulls that the hub has counted. */
  readonly pulls: number;
}

/** What every simulated machine is. */
const PLATFORM = { os: 'linux', architecture: 'amd64' };

/** A machine that has nothing. */
export function createNode(): Node {
  return { images: new Set(), manifests: new Map() };
}

/**
 * Pulls an image onto a node, asking for the manifests that the runtime asks for (measured: docs/real-clients.md).
 *
 * `containerd` asks what the tag means (HEAD, free), then for each manifest, by digest, that the node does not have.
 * `cri-o` (as podman and skopeo) asks for the manifest by tag, then for that of its platform, each time.
 */
export function pullImage(
  upstream: Upstream,
  runtime: Runtime,
  node: Node,
  image: Image,
  policy: PullPolicy,
): Pulled {
  const name = `${image.repository}:${image.tag}`;
  if (policy === 'if-not-present' && node.images.has(name)) return { outcome: 'pulled', pulls: 0 };
  const pulled = pullTree(runtime === 'containerd' ? askFrugally(upstream, node) : upstream, image);
  if (pulled.outcome === 'pulled') node.images.add(name);
  return pulled;
}

/** The manifest that the tag names, and where that is an index the one of the platform. */
function pullTree(upstream: Upstream, { repository, tag }: Image): Pulled {
  const top = upstream.manifest('GET', repository, tag);
  if (top.kind !== 'found') return { outcome: top.kind, pulls: top.pulls };
  if (!top.children) return { outcome: 'pulled', pulls: top.pulls };
  const digest = top.children.find(({ platform }) => isOurs(platform))?.digest;
  // The index is paid for before there turns out to be nothing in it for this platform.
  if (digest === undefined) return { outcome: 'failed', pulls: top.pulls };
  const child = upstream.manifest('GET', repository, digest);
  return { outcome: child.kind === 'found' ? 'pulled' : child.kind, pulls: top.pulls + child.pulls };
}

function isOurs({ os, architecture }: Child['platform']): boolean {
  return os === PLATFORM.os && architecture === PLATFORM.architecture;
}
