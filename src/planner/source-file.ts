import type { ReadingBudget } from '../domain/pull-cost/collect-images.ts';

/** A file to be planned. */
export interface SourceFile {
  /** Its path, as people gave it; `-` is the standard input. */
  readonly name: string;
  readonly text: string;
}

/** What a reader is told beside its file. */
export interface ReadOptions {
  /** Values for variables of Compose files, CI files and Dockerfiles, which win over what stands there. */
  readonly variables: ReadonlyMap<string, string>;
  /** Compose profiles that are started; `*` starts all. */
  readonly profiles: ReadonlySet<string>;
  /** The stage that builds end with; undefined: the last one. */
  readonly target: string | undefined;
  /** Kinds of Kubernetes objects that nobody needs to hear of. */
  readonly ignoredKinds: ReadonlySet<string>;
  /** Whether another file of the same plan has a name that ends so. */
  readonly hasFile: (suffix: string) => boolean;
  /** What all files of the plan may hold together. */
  readonly budget: ReadingBudget;
}
