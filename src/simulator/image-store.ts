/** What the simulated hub serves. Everything is in memory and never changes while the simulator runs. */
export interface ImageStore {
  /** Who may pull a repository and whether its pulls are counted; undefined when there is no such repository. */
  repository(name: string): RepositoryTraits | undefined;
  /** A manifest by tag or by digest; undefined when the repository has none of that name. */
  manifest(repository: string, reference: string): StoredManifest | undefined;
  /** A blob (a layer or a configuration) by its digest; undefined when the repository has none. */
  blob(repository: string, digest: string): Buffer | undefined;
  /** The tags of a repository in alphabetical order; empty when there is no such repository. */
  tags(repository: string): readonly string[];
}

/** What a repository means for those who pull from it. */
export interface RepositoryTraits {
  /** Private: only accounts of its namespace, or accounts it was opened to, may pull. */
  readonly visibility: 'public' | 'private';
  /** Verified publishers' and sponsored open-source repositories: pulls cost nothing, answers carry no limit. */
  readonly exempt: boolean;
}

/** A manifest as it is stored and sent. */
export interface StoredManifest {
  readonly mediaType: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly body: Buffer;
  /** The manifests of an index (a multi-architecture image), in its order; undefined for a single image. */
  readonly children?: readonly IndexEntry[];
  /** Whether it holds what was attested of an image, and no image: no architecture, as the documentation counts. */
  readonly isAttestation?: boolean;
}

/** One line of an index. */
export interface IndexEntry {
  readonly digest: string;
  /** `os/architecture[/variant]`, such as `linux/arm64/v8`; `unknown/unknown` for an attestation. */
  readonly platform: string;
}
