import type { PullRange } from '../pull-cost/pull-range.ts';

/** The outcomes of a pull attempt. */
export const PULL_OUTCOMES = ['pulled', 'present', 'refused', 'failed', 'open'] as const;

/**
 * The outcome of a pull attempt. `pulled`: the node has the image. `present`: the node had the image and sent no request.
 * `refused`: the registry refused it with status 429. `failed`: it failed for another reason. `open`: the end is unknown.
 */
export type PullOutcome = (typeof PULL_OUTCOMES)[number];

/** The reasons of refusals, as in the label `reason` of `dockerhub_pulls_refused_total`. */
export const REFUSALS = ['pull_limit', 'abuse', 'login', 'other_registry'] as const;

/**
 * The reason of a refusal. `pull_limit`: the bucket is exhausted. `abuse`: Docker Hub limits requests of any kind. `login`:
 * Docker Hub limits logins. `other_registry`: the image is not on Docker Hub.
 */
export type Refusal = (typeof REFUSALS)[number];

/** Where a pull attempt came from. */
export interface PullOrigin {
  readonly cluster: string;
  readonly namespace: string;
  /** The controller of the pod with its kind: `Deployment/web`; `Pod/NAME` without a controller. */
  readonly workload: string;
  /** Empty if the event does not name it. */
  readonly node: string;
  /** The image reference in full: `docker.io/library/nginx:1.29`. */
  readonly image: string;
  /** The credential whose bucket it draws on; empty for an image of another registry. */
  readonly credential: string;
  /** The labels of the pod that the configured owners mention, sorted by name. */
  readonly labels: Readonly<Record<string, string>>;
}

/** An attempt of a node to pull an image for a container. */
export interface PullAttempt extends PullOrigin {
  /** Identifies the attempt. An attempt that is stored again under its key replaces the earlier one. */
  readonly key: string;
  readonly pod: string;
  /** Empty if the event does not name it. */
  readonly container: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds since the epoch; undefined while it is open. */
  readonly endedAt: number | undefined;
  readonly outcome: PullOutcome;
  /** Set if, and only if, it was refused. */
  readonly refusal: Refusal | undefined;
  /** The number of equal attempts that it stands for: more than 1 if several happened while no event was received. */
  readonly attempts: number;
  /** The pulls that Docker Hub counted for all of them. */
  readonly pulls: PullRange;
  /** The size of the image in bytes, as the node reports it; undefined if unknown. */
  readonly imageBytes: number | undefined;
}
