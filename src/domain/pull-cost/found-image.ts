import { quoteForeign } from '../../kit/foreign-text.ts';
import { type ImageReference, parseImageReference } from '../image-reference.ts';
import { MAX_REFERENCE_LENGTH, type ReadingBudget } from './plan-limits.ts';
import type { SourceNode } from './source-node.ts';
import type { FileReading, ImageRole, ImageUse, PlanProblem, PullPolicy, TextRange } from './workload.ts';

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
export interface ImageBasket {
  readonly uses: ImageUse[];
  readonly problems: PlanProblem[];
  /** What the whole plan may hold. */
  readonly budget: ReadingBudget;
}

/** An empty basket. */
export function emptyBasket(budget: ReadingBudget): ImageBasket {
  return { uses: [], problems: [], budget };
}

/**
 * Puts an image into the basket; what is no reference becomes a problem.
 * @throws PlanLimitError when the plan holds too many
 */
export function collect({ uses, problems, budget }: ImageBasket, found: FoundImage): void {
  budget.takeImage();
  const { file, line, column, text, policy, platforms = [], isOptional = false, ...rest } = found;
  if (text.length > MAX_REFERENCE_LENGTH) {
    const message = `The image is longer than ${MAX_REFERENCE_LENGTH} characters: ${text.slice(0, 40)}…`;
    problems.push({ file, line, column, message: quoteForeign(message) });
    return;
  }
  try {
    const reference = parseImageReference(text);
    const effective = policy ?? usualPolicy(reference);
    uses.push({
      ...rest,
      ...{ file, line, column, text, reference, isOptional },
      container: rest.container.slice(0, MAX_NAME_LENGTH),
      policy: effective,
      platforms: platforms.map((platform) => platform.slice(0, MAX_NAME_LENGTH)),
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
  basket: ImageBasket,
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
  basket.budget.takeImage();
  basket.problems.push({ file: found.file, line, column, message: 'An image must be text' });
}

/** `Always` for the tag `latest`, written or not; otherwise only what is missing (https://kubernetes.io/docs/concepts/containers/images/). */
export function usualPolicy({ tag, digest }: ImageReference): PullPolicy {
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
