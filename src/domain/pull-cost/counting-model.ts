import { exactly, NO_PULLS, type PullRange } from './pull-range.ts';
import type { RuntimeHabits } from './runtime.ts';

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
export function coldPrice(image: PricedImage, habits: RuntimeHabits, model: CountingModel): PullRange {
  if (model === 'docs') return image.isWrongPlatform ? NO_PULLS : exactly(image.platforms);
  const gets = coldGets(image, habits);
  return model === 'per-get' ? gets : { low: gets.low / 2, high: gets.high / 2 };
}

/** What a machine pays for asking again for an image that it has, in pulls. */
export function repeatPrice(image: PricedImage, habits: RuntimeHabits, model: CountingModel): PullRange {
  if (!habits.asksAgain) return NO_PULLS;
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
  asksAgain: false,
  keeps: true,
  buildsEveryStage: false,
  usesFrontend: false,
} as const;

function coldGets({ form, platforms, isWrongPlatform }: PricedImage, habits: RuntimeHabits): PullRange {
  // The index is read before the client finds nothing in it.
  if (isWrongPlatform) return exactly(1);
  const { single, index } = habits;
  const asIndex = { low: index.low + platforms, high: index.high + platforms };
  if (form === 'single') return single;
  return form === 'index' ? asIndex : { low: single.low, high: asIndex.high };
}
