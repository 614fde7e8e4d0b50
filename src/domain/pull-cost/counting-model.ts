import { exactly, NO_PULLS, type PullRange } from './pull-range.ts';
import type { WorkloadSource } from './workload.ts';

/** The program that pulls. It decides how many manifest requests Docker Hub receives. */
export type Runtime = 'containerd' | 'dockerd' | 'crio' | 'buildkit' | 'kaniko';

/** The requests that a runtime sends. Numbers are GETs of manifests; HEADs are free. */
export interface RuntimeBehavior {
  /** GETs for a single image that the machine does not have. */
  readonly single: PullRange;
  /** GETs for an index that the machine does not have, in addition to one for the image of each platform. */
  readonly index: PullRange;
  /** Whether it sends a GET again for an unchanged tag, and for another name of a present image. */
  readonly requestsAgain: boolean;
  /** Whether it stores images for later pulls on the same machine. */
  readonly keepsImages: boolean;
  /** Whether it builds stages that the last stage does not need. */
  readonly buildsEveryStage: boolean;
  /** Whether it pulls the frontend that `# syntax=` names. */
  readonly usesFrontend: boolean;
}

const ONE: PullRange = { low: 1, high: 1 };

/** The behavior of each runtime, by its source code; docs/real-clients.md names what was measured. */
export const RUNTIME_BEHAVIOR: Readonly<Record<Runtime, RuntimeBehavior>> = {
  containerd: {
    single: ONE,
    index: ONE,
    requestsAgain: false,
    keepsImages: true,
    buildsEveryStage: false,
    usesFrontend: true,
  },
  // Since Docker 29.1 its containerd store also reads an attestation if there is one, and sends a second GET for a single image.
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
  circleci: 'dockerd',
  bitbucket: 'dockerd',
  woodpecker: 'dockerd',
  drone: 'dockerd',
};

/** Returns the default runtime for a kind of file. */
export function usualRuntime(source: WorkloadSource): Runtime {
  return USUAL[source];
}

/**
 * The ways to count pulls. `per-get`: each GET of a manifest, as captured in 2026. `docs`: each image and architecture, by
 * the documentation (https://docs.docker.com/docker-hub/usage/pulls/). `two-gets`: two GETs are one pull, as in 2020.
 */
export const COUNTING_MODELS = ['per-get', 'docs', 'two-gets'] as const;

/** One of `COUNTING_MODELS`. */
export type CountingModel = (typeof COUNTING_MODELS)[number];

/** The facts that the price of an image depends on. */
export interface PricedImage {
  readonly form: 'index' | 'single' | 'unknown';
  /** The number of platforms that it is pulled for at once: 1, or more in a build for several. */
  readonly platforms: number;
  /** Whether it is known to have no image for the platform that it is pulled for. */
  readonly isWrongPlatform: boolean;
}

/** Returns the pulls that an image costs on a machine without images. Halves are possible. */
export function coldPrice(image: PricedImage, behavior: RuntimeBehavior, model: CountingModel): PullRange {
  if (model === 'docs') return image.isWrongPlatform ? NO_PULLS : exactly(image.platforms);
  const gets = coldGets(image, behavior);
  return model === 'per-get' ? gets : { low: gets.low / 2, high: gets.high / 2 };
}

/** Returns the pulls that another request for an image costs on a machine that has it. */
export function repeatPrice(image: PricedImage, behavior: RuntimeBehavior, model: CountingModel): PullRange {
  if (!behavior.requestsAgain) return NO_PULLS;
  const cold = coldPrice(image, behavior, model);
  // Docker's documentation counts the GET of a tag that has not changed; some versions stop after the index.
  return model === 'docs'
    ? cold
    : { low: Math.min(cold.low, model === 'per-get' ? 1 : 0.5), high: cold.high };
}

/** Returns the pulls that an image costs a pull-through cache, once for all machines. It resolves tags by HEAD, which is free. */
export function cachePrice(image: PricedImage, model: CountingModel): PullRange {
  const plain = { single: exactly(1), index: exactly(1) };
  return coldPrice(image, { ...plain, ...CACHE_BEHAVIOR }, model);
}

const CACHE_BEHAVIOR = {
  requestsAgain: false,
  keepsImages: true,
  buildsEveryStage: false,
  usesFrontend: false,
} as const;

function coldGets({ form, platforms, isWrongPlatform }: PricedImage, behavior: RuntimeBehavior): PullRange {
  // The client reads the index before it finds no image for its platform.
  if (isWrongPlatform) return exactly(1);
  const { single, index } = behavior;
  const asIndex = { low: index.low + platforms, high: index.high + platforms };
  if (form === 'single') return single;
  return form === 'index' ? asIndex : { low: single.low, high: asIndex.high };
}
