import {
  collect,
  type ImageCollection,
  MAX_REFERENCE_LENGTH,
  type SourceNode,
} from '../../../domain/pull-cost/collect-images.ts';
import type { ImageRole } from '../../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../../kit/foreign-text.ts';
import type { ReadOptions } from '../../source-file.ts';
import type { Scope } from './expressions.ts';

/** The prefix of a step that is an image. */
export const DOCKER = 'docker://';

/** A place in a file. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The reading of one document, and of the files that it uses. */
export interface WorkflowReading {
  readonly basket: ImageCollection;
  /** The file that is read. */
  readonly file: string;
  readonly options: ReadOptions;
  /** The values that are known without a run of the matrix. */
  readonly scope: Scope;
  /** Counts the steps and jobs of the document and of all that it uses. */
  readonly budget: { steps: number; jobs: number };
  /** The names of other files that were read because this document uses them. */
  readonly followed: Set<string>;
  /** Problems that were reported. A problem of each run of a matrix is reported once. */
  readonly reported: Set<string>;
}

/** An image of a job, before the expressions of a run are evaluated. */
export interface FoundImage {
  readonly container: string;
  readonly role: ImageRole;
  readonly place: Place;
  /** The value with the text in the file. Undefined: the file does not contain the text. */
  readonly source: SourceNode | undefined;
  /** Whether it may not be pulled, such as an image in a cache. Default: no. */
  readonly isOptional?: boolean;
  /** Returns the images for a run; an empty text is no image. */
  readonly image: (scope: Scope) => readonly string[];
}

/** Adds a problem, once for each place. */
export function report(
  { basket, reported }: WorkflowReading,
  { file, line, column }: Place,
  message: string,
): void {
  const key = `${file}:${line}:${column}:${message}`;
  if (reported.has(key)) return;
  reported.add(key);
  basket.problems.push({ file, line, column, message: quoteForeign(message) });
}

/** Adds the images for one run of a job. */
export function collectFound(found: FoundImage, scope: Scope, reading: WorkflowReading): void {
  const { basket } = reading;
  const { container, role, place, source, isOptional = false } = found;
  const images = found.image(scope).filter((image) => image.replace(DOCKER, '').trim() !== '');
  if (images.length === 0) basket.budget.countImage();
  for (const written of images) {
    const text = written.startsWith(DOCKER) ? written.slice(DOCKER.length) : written;
    const range = written === source?.text && text.length <= MAX_REFERENCE_LENGTH ? source.range : undefined;
    const before = basket.problems.length;
    collect(basket, {
      ...place,
      ...{ container, role, text, isOptional },
      policy: 'always',
      range: range && { start: range.end - text.length, end: range.end },
    });
    const [problem] = basket.problems.splice(before);
    if (problem) report(reading, place, problem.message);
  }
}
