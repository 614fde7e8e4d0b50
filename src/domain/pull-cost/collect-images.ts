import { cutText, quoteForeign } from '../../kit/foreign-text.ts';
import { type ImageReference, parseImageReference } from '../image-reference.ts';
import type { FileReading, ImageRole, ImageUse, PlanProblem, PullPolicy, TextRange } from './workload.ts';

/** The most images that one plan counts, in all of its files. */
const MAX_IMAGES = 20_000;
/** The most problems that one plan names; the others are counted. */
export const MAX_PROBLEMS = 1_000;
/** The longest text that is read as an image reference, in characters. Docker's own limits allow about 780. */
export const MAX_REFERENCE_LENGTH = 1_000;
/** The longest text that substituting variables may produce, in characters. */
export const MAX_EXPANSION_LENGTH = 4_096;

/** Thrown when a file asks for more than a plan reads. The message is a sentence for the user, without a full stop. */
export class PlanLimitError extends Error {
  override readonly name = 'PlanLimitError';
}

/** Counts what the files of one plan hold together, so that a short file cannot stand for millions of images. */
export interface ReadingBudget {
  /**
   * Counts one image, whether it can be read or not. Call it before the image is read.
   * @throws PlanLimitError above the limit
   */
  countImage(): void;
}

/** Returns a budget for the files of one plan: 20,000 images unless given. */
export function createReadingBudget(maxImages = MAX_IMAGES): ReadingBudget {
  let count = 0;
  return {
    countImage() {
      count++;
      if (count <= maxImages) return;
      throw new PlanLimitError(
        `More than ${maxImages} images in one plan: this document is not counted. Plan fewer files at a time`,
      );
    },
  };
}

/**
 * A value of a YAML or JSON file with its place. It is looked at only where somebody asks, so that a large file costs no
 * more than it says about images. Anchors are followed and merge keys (`<<`) are honoured.
 */
export interface SourceNode {
  readonly kind: 'text' | 'map' | 'list' | 'nothing';
  /** Lines and columns count from 1. What is missing has the place of what it is missing from. */
  readonly line: number;
  readonly column: number;
  /** A single value as it is written, without its quotes; undefined for everything else, `null` included. */
  readonly text: string | undefined;
  /** Where the text stands in the file; undefined where it is written otherwise than it reads, as with escapes. */
  readonly range: TextRange | undefined;
  /** The value of a key; a node of the kind `nothing` where there is none. */
  get(key: string): SourceNode;
  /** The values of a list; empty for everything else. */
  items(): readonly SourceNode[];
  /** Keys and values of a map; empty for everything else. */
  entries(): readonly (readonly [string, SourceNode])[];
  /** Where a key of a map stands; the map's own place when it is not there. */
  keyPlace(key: string): { readonly line: number; readonly column: number };
}

/** A value below a value: `node.get('spec').get('template')`. */
export function nodeAt(node: SourceNode, ...path: readonly string[]): SourceNode {
  return path.reduce((inner, key) => inner.get(key), node);
}

/** A whole number that is not negative; undefined for everything else. */
export function countAt(node: SourceNode, ...path: readonly string[]): number | undefined {
  const { text } = nodeAt(node, ...path);
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Whether a value is written as `true`. */
export function isTrue({ text }: SourceNode): boolean {
  return text === 'true' || text === 'True' || text === 'TRUE';
}

/** How much of a container's name or a platform is kept, in characters: an alias may repeat a long one. */
const MAX_NAME_LENGTH = 200;

/** An image as a reader finds it. */
export interface FoundImage {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly container: string;
  readonly role: ImageRole;
  readonly text: string;
  /** Undefined: what Kubernetes does without a word, see `usualPolicy()`. */
  readonly policy?: PullPolicy | undefined;
  readonly platforms?: readonly string[] | undefined;
  readonly isOptional?: boolean;
  readonly range: TextRange | undefined;
}

/** Gathers what a reader finds in one file: the images that can be counted, and what cannot. */
export interface ImageCollection {
  readonly uses: ImageUse[];
  readonly problems: PlanProblem[];
  /** What the whole plan may hold. */
  readonly budget: ReadingBudget;
}

/** An empty basket. */
export function emptyCollection(budget: ReadingBudget): ImageCollection {
  return { uses: [], problems: [], budget };
}

/**
 * Puts an image into the basket; what is no reference becomes a problem.
 * @throws PlanLimitError when the plan holds too many
 */
export function collect({ uses, problems, budget }: ImageCollection, found: FoundImage): void {
  budget.countImage();
  const { file, line, column, text, policy, platforms = [], isOptional = false, ...rest } = found;
  if (text.length > MAX_REFERENCE_LENGTH) {
    const message = `The image is longer than ${MAX_REFERENCE_LENGTH} characters: ${cutText(text, 41)}`;
    problems.push({ file, line, column, message: quoteForeign(message) });
    return;
  }
  try {
    const reference = parseImageReference(text);
    const effective = policy ?? usualPolicy(reference);
    uses.push({
      ...rest,
      ...{ file, line, column, text, reference, isOptional },
      container: cutText(rest.container, MAX_NAME_LENGTH),
      policy: effective,
      platforms: platforms.map((platform) => cutText(platform, MAX_NAME_LENGTH)),
    });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    problems.push({ file, line, column, message: quoteForeign(whyNot(text, error)) });
  }
}

/**
 * Puts the image that a node names into the basket.
 * @param node its text; a missing one is nothing, anything else a problem
 */
export function collectNode(
  basket: ImageCollection,
  node: SourceNode,
  found: Omit<FoundImage, 'text' | 'line' | 'column' | 'range'>,
): void {
  const { line, column, text } = node;
  if (node.kind === 'nothing') return;
  if (text !== undefined) {
    const range = text.length > MAX_REFERENCE_LENGTH ? undefined : node.range;
    collect(basket, { ...found, text, line, column, range });
    return;
  }
  basket.budget.countImage();
  basket.problems.push({ file: found.file, line, column, message: 'An image must be text' });
}

/** `Always` for the tag `latest`, written or not; otherwise only what is missing (https://kubernetes.io/docs/concepts/containers/images/). */
function usualPolicy({ tag, digest }: ImageReference): PullPolicy {
  return tag === 'latest' && digest === undefined ? 'always' : 'if-not-present';
}

/** Readings of several documents as one. */
export function joinReadings(readings: readonly FileReading[]): FileReading {
  return {
    workloads: readings.flatMap(({ workloads }) => workloads),
    problems: readings.flatMap(({ problems }) => problems),
  };
}

function whyNot(text: string, error: SyntaxError): string {
  if (text.includes('{{')) return `A template that is not filled in: ${text}`;
  if (text.trim() === '') return 'The image is empty';
  return /\$/.test(text) ? `A variable without a value: ${text}` : error.message;
}
