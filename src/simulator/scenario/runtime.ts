import type { Image, PullPolicy, Runtime } from './scenario.ts';

/** Where manifests are asked for: the hub, or a cache in front of it. */
export interface Upstream {
  /** @param reference tag or digest */
  manifest(method: 'GET' | 'HEAD', repository: string, reference: string): ManifestAnswer;
}

/** What comes of asking for a manifest. */
export type ManifestAnswer =
  | FoundManifest
  /** `refused`: the hub says that nothing is left. `failed`: anything else that is no manifest. */
  | { readonly kind: 'refused' | 'failed'; readonly pulls: number };

/** A manifest, as far as somebody who pulls an image reads it. */
interface FoundManifest {
  readonly kind: 'found';
  readonly digest: string;
  /** What an index lists; undefined for the manifest of an image, and in the answer to a HEAD. */
  readonly children: readonly Child[] | undefined;
  /** Pulls that the hub has counted for it. */
  readonly pulls: number;
}

/** An image of an index. */
export interface Child {
  readonly digest: string;
  readonly platform: { readonly os: string; readonly architecture: string };
}

/** What somebody has fetched before, and need not fetch again. */
interface ManifestCache {
  /** Manifests by digest. */
  readonly manifests: Map<string, FoundManifest>;
  /** What tags meant when they were last asked for; undefined for those who do not fall back on it. */
  readonly tags?: Map<string, string>;
}

/**
 * Asks what a tag means (HEAD, free), and fetches by digest only what is not kept. So does containerd on its node; and
 * so does distribution's registry as a pull-through cache, which also serves a tag as it last knew it when it cannot
 * ask. Nothing is ever forgotten.
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
      // A HEAD is free at the hub, but a cache may have fetched something to answer it.
      const fetched = fetchDigest(repository, digest);
      return { ...fetched, pulls: resolved.pulls + fetched.pulls };
    },
  };
}

/** A machine that runs containers, by what it has pulled. */
export interface Node extends ManifestCache {
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
  const pulled = pullTree(runtime === 'containerd' ? withManifestCache(upstream, node) : upstream, image);
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
