import type { FoundManifest, ManifestAnswer, Upstream } from './upstream.ts';

/** What somebody has fetched before, and need not fetch again. */
export interface Kept {
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
export function askFrugally(upstream: Upstream, { manifests, tags }: Kept): Upstream {
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
