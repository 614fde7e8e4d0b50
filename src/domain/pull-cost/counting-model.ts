import { exactly, NO_PULLS, type PullRange } from './pull-range.ts';
import type { WorkloadSource } from './workload.ts';

/** What pulls: it decides how often Docker Hub is asked for a manifest. */
export type Runtime = 'containerd' | 'dockerd' | 'crio' | 'buildkit' | 'kaniko';

/** How a runtime asks. Numbers are GETs of manifests; HEADs are free. */
export interface RuntimeBehavior {
  /** GETs for a single image it does not have. */
  readonly single: PullRange;
  /** GETs for an index it does not have, beside those for the image of each platform. */
  readonly index: PullRange;
  /** Whether it asks by GET again for a tag that has not changed, and by each name of what it has. */
  readonly requestsAgain: boolean;
  /** Whether one pull leaves something behind for the next one on the same machine. */
  readonly keepsImages: boolean;
  /** Whether it builds stages that the last one does not need. */
  readonly buildsEveryStage: boolean;
  /** Whether it fetches the frontend that `# syntax=` names. */
  readonly usesFrontend: boolean;
}

const ONE: PullRange = { low: 1, high: 1 };

/** Read in the runtimes' sources, and measured where docs/real-clients.md says so. */
export const RUNTIME_BEHAVIOR: Readonly<Record<Runtime, RuntimeBehavior>> = {
  containerd: {
    single: ONE,
    index: ONE,
    requestsAgain: false,
    keepsImages: true,
    buildsEveryStage: false,
    usesFrontend: true,
  },
  // Since Docker 29.1 its containerd store reads the attestation too, where there is one; and another GET for a single.
  dockerd: {
    single: { low: 1, high: 2 },
    index: { low: 1, high: 2 },
    requestsAgain: false,
    keepsImages: true,
    buildsEveryStage: false,
    usesFrontend: true,
  },
  crio: {
    single: ONE,
    index: ONE,
    requestsAgain: true,
    keepsImages: true,
    buildsEveryStage: false,
    usesFrontend: false,
  },
  buildkit: {
    single: ONE,
    index: ONE,
    requestsAgain: false,
    keepsImages: true,
    buildsEveryStage: false,
    usesFrontend: true,
  },
  kaniko: {
    single: ONE,
    index: ONE,
    requestsAgain: true,
    keepsImages: false,
    buildsEveryStage: true,
    usesFrontend: false,
  },
};

/** All runtimes, the default of Kubernetes first. */
export const RUNTIMES = Object.keys(RUNTIME_BEHAVIOR) as readonly Runtime[];

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

/**
 * How Docker Hub counts. `per-get`: each GET of a manifest, as captured in 2026. `docs`: each image and architecture, as
 * the documentation has it (https://docs.docker.com/docker-hub/usage/pulls/). `two-gets`: two GETs as one, as in 2020.
 */
export const COUNTING_MODELS = ['per-get', 'docs', 'two-gets'] as const;

/** One of `COUNTING_MODELS`. */
export type CountingModel = (typeof COUNTING_MODELS)[number];

/** What decides the price of an image. */
export interface PricedImage {
  readonly form: 'index' | 'single' | 'unknown';
  /** For how many platforms it is pulled at once: 1, or more in a build for several. */
  readonly platforms: number;
  /** Whether it is known to have nothing for the platform it is pulled for. */
  readonly isWrongPlatform: boolean;
}

/** What a machine that has nothing pays for an image, in pulls. Halves are possible. */
export function coldPrice(image: PricedImage, habits: RuntimeBehavior, model: CountingModel): PullRange {
  if (model === 'docs') return image.isWrongPlatform ? NO_PULLS : exactly(image.platforms);
  const gets = coldGets(image, habits);
  return model === 'per-get' ? gets : { low: gets.low / 2, high: gets.high / 2 };
}

/** What a machine pays for asking again for an image that it has, in pulls. */
export function repeatPrice(image: PricedImage, habits: RuntimeBehavior, model: CountingModel): PullRange {
  if (!habits.requestsAgain) return NO_PULLS;
  const cold = coldPrice(image, habits, model);
  // Docker's documentation counts the GET of a tag that has not changed; some versions stop after the index.
  return model === 'docs'
    ? cold
    : { low: Math.min(cold.low, model === 'per-get' ? 1 : 0.5), high: cold.high };
}

/** What a pull-through cache pays for an image, once for everybody. Asking what a tag means is a HEAD, and free. */
export function cachePrice(image: PricedImage, model: CountingModel): PullRange {
  const plain = { single: exactly(1), index: exactly(1) };
  return coldPrice(image, { ...plain, ...NOTHING_MORE }, model);
}

const NOTHING_MORE = {
  requestsAgain: false,
  keepsImages: true,
  buildsEveryStage: false,
  usesFrontend: false,
} as const;

function coldGets({ form, platforms, isWrongPlatform }: PricedImage, habits: RuntimeBehavior): PullRange {
  // The index is read before the client finds nothing in it.
  if (isWrongPlatform) return exactly(1);
  const { single, index } = habits;
  const asIndex = { low: index.low + platforms, high: index.high + platforms };
  if (form === 'single') return single;
  return form === 'index' ? asIndex : { low: single.low, high: asIndex.high };
}
