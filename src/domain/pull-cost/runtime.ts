import type { PullRange } from './pull-range.ts';
import type { WorkloadSource } from './workload.ts';

/** What pulls: it decides how often Docker Hub is asked for a manifest. */
export type Runtime = 'containerd' | 'dockerd' | 'crio' | 'buildkit' | 'kaniko';

/** How a runtime asks. Numbers are GETs of manifests; HEADs are free. */
export interface RuntimeHabits {
  /** GETs for a single image it does not have. */
  readonly single: PullRange;
  /** GETs for an index it does not have, beside those for the image of each platform. */
  readonly index: PullRange;
  /** Whether it asks by GET again for a tag that has not changed, and by each name of what it has. */
  readonly asksAgain: boolean;
  /** Whether one pull leaves something behind for the next one on the same machine. */
  readonly keeps: boolean;
  /** Whether it builds stages that the last one does not need. */
  readonly buildsEveryStage: boolean;
  /** Whether it fetches the frontend that `# syntax=` names. */
  readonly usesFrontend: boolean;
}

const ONE: PullRange = { low: 1, high: 1 };

/** Read in the runtimes' sources, and measured where docs/real-clients.md says so. */
export const RUNTIME_HABITS: Readonly<Record<Runtime, RuntimeHabits>> = {
  containerd: {
    single: ONE,
    index: ONE,
    asksAgain: false,
    keeps: true,
    buildsEveryStage: false,
    usesFrontend: true,
  },
  // Since Docker 29.1 its containerd store reads the attestation too, where there is one; and another GET for a single.
  dockerd: {
    single: { low: 1, high: 2 },
    index: { low: 1, high: 2 },
    asksAgain: false,
    keeps: true,
    buildsEveryStage: false,
    usesFrontend: true,
  },
  crio: {
    single: ONE,
    index: ONE,
    asksAgain: true,
    keeps: true,
    buildsEveryStage: false,
    usesFrontend: false,
  },
  buildkit: {
    single: ONE,
    index: ONE,
    asksAgain: false,
    keeps: true,
    buildsEveryStage: false,
    usesFrontend: true,
  },
  kaniko: {
    single: ONE,
    index: ONE,
    asksAgain: true,
    keeps: false,
    buildsEveryStage: true,
    usesFrontend: false,
  },
};

/** All runtimes, the default of Kubernetes first. */
export const RUNTIMES = Object.keys(RUNTIME_HABITS) as readonly Runtime[];

const USUAL: Readonly<Record<WorkloadSource, Runtime>> = {
  kubernetes: 'containerd',
  compose: 'dockerd',
  dockerfile: 'buildkit',
  github: 'dockerd',
  gitlab: 'dockerd',
};

/** What pulls for a kind of file, unless somebody says otherwise. */
export function usualRuntime(source: WorkloadSource): Runtime {
  return USUAL[source];
}
