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
export interface FoundManifest {
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
