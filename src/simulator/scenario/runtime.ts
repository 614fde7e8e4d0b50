import type { Image, PullPolicy, Runtime } from './scenario.ts';

/** A source of manifests: the hub, or a cache in front of it. */
export interface Upstream {
  /**
   * Requests a manifest.
   * @param reference tag or digest
   */
  manifest(method: 'GET' | 'HEAD', repository: string, reference: string): ManifestAnswer;
}

/** Result of a request for a manifest. */
export type ManifestAnswer =
  | FoundManifest
  /** `refused`: no pulls are left. `failed`: any other failure. */
  | { readonly kind: 'refused' | 'failed'; readonly pulls: number };

/** The properties of a manifest that a pull needs. */
interface FoundManifest {
  readonly kind: 'found';
  readonly digest: string;
  /** Entries of an index; undefined for the manifest of an image, and after a HEAD. */
  readonly children: readonly Child[] | undefined;
  /** Pulls that the hub has counted. */
  readonly pulls: number;
}

/** An entry of an index. */
export interface Child {
  readonly digest: string;
  readonly platform: { readonly os: string; readonly architecture: string };
}

/** Manifests and tags that were fetched before. */
interface ManifestCache {
  /** Manifests by digest. */
  readonly manifests: Map<string, FoundManifest>;
  /** Digests of tags at the last request, used when the upstream fails; undefined: not used. */
  readonly tags?: Map<string, string>;
}

/**
 * Returns an upstream that resolves a tag (HEAD, free) and then fetches by digest only manifests that are not cached, like
 * containerd and like distribution's registry as a pull-through cache. With `tags`, the last known digest is used when
 * the tag cannot be resolved. The cache is never cleared.
 */
export function withManifestCache(upstream: Upstream, { manifests, tags }: ManifestCache): Upstream {
  function fetchDigest(repository: string, digest: string): ManifestAnswer {
    const kept = manifests.get(digest);
    if (kept) return { ...kept, pulls: 0 };
    const answer = upstream.manifest('GET', repository, digest);
    if (answer.kind === 'found') manifests.set(digest, answer);
    return answer;
  }

  return {
    manifest(_method, repository, reference) {
      if (reference.includes(':')) return fetchDigest(repository, reference);
      const name = `${repository}:${reference}`;
      const resolved = upstream.manifest('HEAD', repository, reference);
      const digest = resolved.kind === 'found' ? resolved.digest : tags?.get(name);
      if (digest === undefined) return resolved;
      tags?.set(name, digest);
      // A HEAD is free at the hub, but a cache may have fetched a manifest to answer it.
      const fetched = fetchDigest(repository, digest);
      return { ...fetched, pulls: resolved.pulls + fetched.pulls };
    },
  };
}

/** A machine that runs containers: the images and manifests that it has pulled. */
export interface Node extends ManifestCache {
  /** Images by repository and tag. */
  readonly images: Set<string>;
}

/** Result of a pull. */
export interface Pulled {
  /** `refused`: no pulls are left. `failed`: any other failure. */
  readonly outcome: 'pulled' | 'refused' | 'failed';
  /** Pulls that the hub has counted. */
  readonly pulls: number;
}

/** Platform of every simulated machine. */
const PLATFORM = { os: 'linux', architecture: 'amd64' };

/** Returns a machine without images. */
export function createNode(): Node {
  return { images: new Set(), manifests: new Map() };
}

/**
 * Pulls an image onto a node with the requests of the runtime (measured: docs/real-clients.md).
 *
 * `containerd` resolves the tag (HEAD, free), then requests each manifest that the node does not have, by digest.
 * `cri-o` (like podman and skopeo) requests the manifest by tag, then that of its platform, at each pull.
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
  const pulled = pullTree(runtime === 'containerd' ? withManifestCache(upstream, node) : upstream, image);
  if (pulled.outcome === 'pulled') node.images.add(name);
  return pulled;
}

/** Requests the manifest of the tag and, for an index, the manifest of the platform. */
function pullTree(upstream: Upstream, { repository, tag }: Image): Pulled {
  const top = upstream.manifest('GET', repository, tag);
  if (top.kind !== 'found') return { outcome: top.kind, pulls: top.pulls };
  if (!top.children) return { outcome: 'pulled', pulls: top.pulls };
  const digest = top.children.find(({ platform }) => isOurs(platform))?.digest;
  // The index was counted, although it has no image for this platform.
  if (digest === undefined) return { outcome: 'failed', pulls: top.pulls };
  const child = upstream.manifest('GET', repository, digest);
  return { outcome: child.kind === 'found' ? 'pulled' : child.kind, pulls: top.pulls + child.pulls };
}

function isOurs({ os, architecture }: Child['platform']): boolean {
  return os === PLATFORM.os && architecture === PLATFORM.architecture;
}
