import { type ImageReference, isOnDockerHub, parseImageReference } from '../image-reference.ts';
import { coldPrice, RUNTIME_BEHAVIOR, type Runtime, repeatPrice } from '../pull-cost/counting-model.ts';
import { formOf, nameKey } from '../pull-cost/known-image.ts';
import { NO_PULLS, type PullRange } from '../pull-cost/pull-range.ts';
import type { Held } from './node-images.ts';

/** An image as the attempts of a cluster name it. */
export interface PulledImage {
  /** The reference in full; the text as written if it is no reference. */
  readonly name: string;
  /** A key that all names of the image share. */
  readonly key: string;
  /** Where it comes from: Docker Hub, a registry that gets its images from there, or another registry. */
  readonly origin: 'hub' | 'mirror' | 'other';
  /** The pulls that it costs a node without images. */
  readonly cold: PullRange;
}

/** The runtime of a node, as far as it decides what a pull costs. */
export interface NodeRuntime {
  readonly runtime: Runtime;
  /** Whether it sends a GET for an image that the node has: CRI-O, and Docker before 20.10. */
  readonly requestsAgain: boolean;
}

/**
 * Returns what is known of an image.
 * @param mirrorHosts registries, with an optional path, that get their images from Docker Hub
 */
export function readImage(text: string, mirrorHosts: readonly string[], runtime: Runtime): PulledImage {
  let reference: ImageReference;
  try {
    reference = parseImageReference(text);
  } catch {
    return { name: text, key: text, origin: 'other', cold: NO_PULLS };
  }
  const isMirror = mirrorHosts.some((host) =>
    `${reference.domain}/${reference.path}/`.toLowerCase().startsWith(`${host}/`),
  );
  const origin = isOnDockerHub(reference) ? 'hub' : isMirror ? 'mirror' : 'other';
  const image = { form: formOf(reference, NO_FACTS), platforms: 1, isWrongPlatform: false };
  return {
    name: nameKey(reference),
    key: nameKey(reference),
    origin,
    cold: origin === 'other' ? NO_PULLS : coldPrice(image, RUNTIME_BEHAVIOR[runtime], 'per-get'),
  };
}

const NO_FACTS = new Map();

/** What is known of a successful pull. */
export interface PullCircumstances {
  readonly held: Held;
  /** The GETs that parts of it on the node may save: 1 after an attempt that failed, all with another name of the image. */
  readonly savedGets: number;
}

/** Returns the pulls that Docker Hub counted for a successful pull. */
export function pricePull(
  { origin, cold }: PulledImage,
  { runtime, requestsAgain }: NodeRuntime,
  { held, savedGets }: PullCircumstances,
): PullRange {
  const behavior = { ...RUNTIME_BEHAVIOR[runtime], requestsAgain };
  // The bounds of the form: a repeated request costs at most what a cold one does.
  const image = { form: 'unknown', platforms: 1, isWrongPlatform: false } as const;
  const again = requestsAgain
    ? { low: repeatPrice(image, behavior, 'per-get').low, high: cold.high }
    : NO_PULLS;
  const certain = held === 'held' ? again : cold;
  const absent = Math.max(0, cold.low - savedGets);
  const low = held === 'absent' ? absent : Math.min(again.low, certain.low);
  const range = { low, high: held === 'held' ? again.high : cold.high };
  // A mirror may have answered without Docker Hub.
  return origin === 'mirror' ? { low: 0, high: range.high } : range;
}

/** Returns the pulls of a pull that did not succeed: after the first GET, each but the last one may have been counted. */
export function priceFailure({ cold }: PulledImage, isFree: boolean, isRefused: boolean): PullRange {
  if (isFree) return NO_PULLS;
  return { low: 0, high: Math.max(0, cold.high - (isRefused ? 1 : 0)) };
}
