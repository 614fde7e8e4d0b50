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

/** Thrown if files exceed a limit of plans. The message is a sentence for the user, without a full stop. */
export class PlanLimitError extends Error {
  override readonly name = 'PlanLimitError';
}

/** Counts the images in all files of one plan, so that a short file cannot expand to millions of images. */
export interface ReadingBudget {
  /**
   * Counts one image, valid or not. Call it before the image is parsed.
   * @throws PlanLimitError if the limit is exceeded
   */
  countImage(): void;
}

/** Creates the budget for the files of one plan. Default: 20,000 images. */
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
 * A value of a YAML or JSON file with its place. Nodes are created on access, so that unused parts of a large file cost
 * nothing. Anchors and merge keys (`<<`) are resolved.
 */
export interface SourceNode {
  readonly kind: 'text' | 'map' | 'list' | 'nothing';
  /** Lines and columns count from 1. A missing value has the place of its parent. */
  readonly line: number;
  readonly column: number;
  /** A scalar as written, without its quotes; undefined for lists, maps and `null`. */
  readonly text: string | undefined;
  /** Whether it is text for YAML too: quoted, or neither a number nor a boolean. `1.10` and `yes` are not. */
  readonly isString: boolean;
  /** An explicit tag such as `!reference`; undefined if there is none. */
  readonly tag: string | undefined;
  /** The range of the text in the file; undefined if the file contains it in another form, such as with escapes. */
  readonly range: TextRange | undefined;
  /** Returns the value of a key; a node of the kind `nothing` if the key is missing. */
  get(key: string): SourceNode;
  /** Returns the values of a list; empty for other kinds. */
  items(): readonly SourceNode[];
  /** Returns the keys and values of a map; empty for other kinds. */
  entries(): readonly (readonly [string, SourceNode])[];
  /** Returns the place of a key of a map; the place of the map if the key is missing. */
  keyPlace(key: string): { readonly line: number; readonly column: number };
}

/** Returns the value at a path below a value: the same as `node.get('spec').get('template')`. */
export function nodeAt(node: SourceNode, ...path: readonly string[]): SourceNode {
  return path.reduce((inner, key) => inner.get(key), node);
}

/** Returns the whole number at a path, from 0 to 999,999,999; undefined for other values. */
export function countAt(node: SourceNode, ...path: readonly string[]): number | undefined {
  const { text } = nodeAt(node, ...path);
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Reports whether a value is the boolean `true`. */
export function isTrue({ text }: SourceNode): boolean {
  return text === 'true' || text === 'True' || text === 'TRUE';
}

/** The stored length of a container name or platform, in characters: YAML aliases may repeat a long one. */
const MAX_NAME_LENGTH = 200;

/** An image as a parser of files finds it. */
export interface FoundImage {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly container: string;
  readonly role: ImageRole;
  readonly text: string;
  /** Default: that of Kubernetes, see `usualPolicy()`. */
  readonly policy?: PullPolicy | undefined;
  readonly platforms?: readonly string[] | undefined;
  readonly isOptional?: boolean;
  readonly range: TextRange | undefined;
}

/** Collects the images of one document, and what cannot be counted. */
export interface ImageCollection {
  readonly uses: ImageUse[];
  readonly problems: PlanProblem[];
  /** See `DocumentReading`. */
  readonly passive: SourceNode[];
  /** The limit of images for the whole plan. */
  readonly budget: ReadingBudget;
}

/** Returns a collection without images. @param budget counts the images that are added; files of one plan share it */
export function emptyCollection(budget: ReadingBudget): ImageCollection {
  return { uses: [], problems: [], passive: [], budget };
}

/**
 * Adds an image to the collection. An invalid reference is added as a problem.
 * @throws PlanLimitError if the plan has too many images
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
    problems.push({ file, line, column, message: quoteForeign(referenceProblem(text, error)) });
  }
}

/**
 * Adds the image of a node to the collection.
 * @param node contains the reference. A missing node is ignored; a list, a map, a number and a boolean are added as a problem
 * @throws PlanLimitError if the plan has too many images
 */
export function collectNode(
  collection: ImageCollection,
  node: SourceNode,
  found: Omit<FoundImage, 'text' | 'line' | 'column' | 'range'>,
): void {
  const { line, column, text } = node;
  if (node.kind === 'nothing') return;
  if (text !== undefined && node.isString) {
    const range = text.length > MAX_REFERENCE_LENGTH ? undefined : node.range;
    collect(collection, { ...found, text, line, column, range });
    return;
  }
  collection.budget.countImage();
  const written = text === undefined ? '' : `: ${quoteForeign(cutText(text, 41))}`;
  collection.problems.push({ file: found.file, line, column, message: `An image must be text${written}` });
}

/**
 * Returns `always` for the tag `latest`, explicit or not, and with a digest too; otherwise `if-not-present`
 * (https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/v1/defaults.go, SetDefaults_Container).
 */
function usualPolicy({ tag }: ImageReference): PullPolicy {
  return tag === 'latest' ? 'always' : 'if-not-present';
}

/**
 * The result of a reader for one document. Every part is required: the dispatcher reports each image of the document that
 * is neither in `workloads`, nor at the place of a problem, nor in `passive`.
 */
export interface DocumentReading extends FileReading {
  /** The parts whose images are certainly not pulled, such as a template that no job uses. */
  readonly passive: readonly SourceNode[];
  /** The names of the files that were read because this document uses them. Default: none. */
  readonly follows?: readonly string[];
  /** Whether the document is not counted if another file of the plan uses it. Default: it is. */
  readonly isPart?: boolean;
}

/** Returns the reading of a document that certainly pulls nothing. */
export function passiveReading(document: SourceNode): DocumentReading {
  return { workloads: [], problems: [], passive: [document] };
}

/** Merges the results for several parts of one document. */
export function joinReadings(readings: readonly DocumentReading[]): DocumentReading {
  return {
    workloads: readings.flatMap(({ workloads }) => workloads),
    problems: readings.flatMap(({ problems }) => problems),
    passive: readings.flatMap(({ passive }) => passive),
  };
}

function referenceProblem(text: string, error: SyntaxError): string {
  if (text.includes('{{')) return `A template that is not filled in: ${text}`;
  if (text.trim() === '') return 'The image is empty';
  return /\$/.test(text) ? `A variable without a value: ${text}` : error.message;
}
