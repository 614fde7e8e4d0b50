/** Where manifests are asked for: the hub, or a cache in front of it. */
export interface Upstream {
  /** @param reference tag or digest */
  manifest(method: 'GET' | 'HEAD', repository: string, reference: string): ManifestAnswer;
}

/** What comes of asking for a manifest. */
export type ManifestAnswer =
  | {
      readonly kind: 'found';
      readonly digest: string;
      /** Its text; empty for HEAD. */
      readonly body: string;
      /** Pulls that the hub has counted for it. */
      readonly pulls: number;
    }
  /** `refused`: the hub says that nothing is left. `failed`: anything else that is no manifest. */
  | { readonly kind: 'refused' | 'failed'; readonly pulls: number };
