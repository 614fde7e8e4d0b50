import { parseImageReference } from '../../domain/image-reference.ts';
import type { Stage, StageSource } from './build-stages.ts';

/** Resolves the names in a Dockerfile: stages, named contexts and images, in this order. */
export interface StageNames {
  /** Returns the number of the stage with a name, the last of several; undefined if there is none. */
  find(name: string): number | undefined;
  /** Returns the image of the context that replaces a stage, '' for a context without an image; undefined if there is none. */
  contextOf(stageName: string | undefined): string | undefined;
  /** Returns the earlier stage that the base of a stage names; undefined if it names none. */
  baseStage(base: string, stage: number): number | undefined;
  /** Returns the image that the base of a stage names; '' if it names none. */
  baseImage(base: string, stage: number): string;
  /** Returns the stage that files are copied from; undefined if there is none. */
  sourceStage(source: StageSource): number | undefined;
  /** Returns the image that files are copied from; undefined for a stage or no image, a problem for an unknown stage. */
  sourceImage(source: StageSource): string | undefined | { readonly message: string };
}

const SCRATCH = 'scratch';
const NO_IMAGE = '';
const DOCKER_IMAGE = /^docker-image:\/\//;
const NUMBER = /^\d{1,6}$/;

/** Creates the index of stage names once, as thousands of stages may refer to others. */
export function createStageNames(
  stages: readonly Stage[],
  contexts: ReadonlyMap<string, string>,
): StageNames {
  const places = new Map<string, number[]>();
  for (const [i, { name }] of stages.entries()) {
    if (name === undefined) continue;
    const known = places.get(name);
    if (known) known.push(i);
    else places.set(name, [i]);
  }

  const find = (name: string) => places.get(name.toLowerCase())?.at(-1);

  function contextOf(name: string | undefined): string | undefined {
    const value = name === undefined || name === SCRATCH ? undefined : contexts.get(name);
    if (value === undefined) return undefined;
    const image = DOCKER_IMAGE.test(value) ? value.replace(DOCKER_IMAGE, '') : NO_IMAGE;
    return image === SCRATCH ? NO_IMAGE : image;
  }

  function imageOf(text: string): string {
    if (text === SCRATCH) return NO_IMAGE;
    return contexts.size === 0 ? text : (contextOf(text) ?? contextOf(contextName(text)) ?? text);
  }

  function sourceStage({ text, isNumbered }: StageSource): number | undefined {
    if (isNumbered && NUMBER.test(text)) return Number(text) < stages.length ? Number(text) : undefined;
    return find(text);
  }

  // The names of stages are in lower case, and a FROM finds them only as they are written.
  const baseStage = (base: string, i: number) => lastBelow(places.get(base) ?? [], i);

  return {
    find,
    contextOf,
    baseStage,
    baseImage: (base, i) => (baseStage(base, i) === undefined ? imageOf(base) : NO_IMAGE),
    sourceStage,
    sourceImage(source) {
      if (sourceStage(source) !== undefined) return undefined;
      if (source.isNumbered && NUMBER.test(source.text)) {
        return { message: `There is no such stage: ${source.text}` };
      }
      return imageOf(source.text) || undefined;
    },
  };
}

/** Returns the short name of an image without `latest`, as contexts name it; the text itself if it is no reference. */
function contextName(text: string): string {
  try {
    const { domain, path, tag, digest } = parseImageReference(text);
    const short = domain === 'docker.io' ? path.replace(/^library\//, '') : `${domain}/${path}`;
    const suffix = digest === undefined ? '' : `@${digest}`;
    return `${short}${tag === undefined || (tag === 'latest' && suffix === '') ? '' : `:${tag}`}${suffix}`;
  } catch {
    return text;
  }
}

/** Returns the last of ascending numbers that is less than `limit`; undefined if there is none. */
function lastBelow(numbers: readonly number[], limit: number): number | undefined {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((numbers[middle] ?? 0) < limit) from = middle + 1;
    else to = middle;
  }
  return numbers[from - 1];
}
