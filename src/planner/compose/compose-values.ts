import { isImageReference } from '../../domain/image-reference.ts';
import {
  collect,
  type FoundImage,
  type ImageCollection,
  MAX_REFERENCE_LENGTH,
  type SourceNode,
} from '../../domain/pull-cost/collect-images.ts';
import { cutText, quoteForeign } from '../../kit/foreign-text.ts';
import type { ReadOptions } from '../source-file.ts';
import type { FoundValue } from './compose-service.ts';
import { interpolate } from './interpolate.ts';

/** What reading the services of a project needs. */
export interface ProjectReading {
  readonly basket: ImageCollection;
  readonly options: ReadOptions;
  /** The AI models of the project, by name. */
  readonly models: ReadonlyMap<string, SourceNode>;
  /** The names of the files that the project contains. */
  readonly follows: string[];
}

/** Adds an image with its variables substituted. A variable without a value is a problem, and counts as empty, as in Compose. */
export function collectValue(
  { node, file: { name: file, variables } }: FoundValue,
  found: Omit<FoundImage, 'file' | 'text' | 'line' | 'column' | 'range'>,
  { basket }: ProjectReading,
): void {
  const { line, column, text } = node;
  if (node.kind === 'nothing') return;
  const report = (message: string) =>
    basket.problems.push({ file, line, column, message: quoteForeign(message) });
  if (text === undefined || !node.isString) {
    basket.budget.countImage();
    report(`An image must be text${text === undefined ? '' : `: ${cutText(text, 41)}`}`);
    return;
  }
  const place = { ...found, file, line, column };
  if (text.length > MAX_REFERENCE_LENGTH || !text.includes('$')) {
    const range = text.length > MAX_REFERENCE_LENGTH ? undefined : node.range;
    collect(basket, { ...place, text, range });
    return;
  }
  try {
    const filled = interpolate(text, variables);
    if (filled.unset.length > 0) report(`A variable without a value: ${text}`);
    if (filled.unset.length > 0 && !isImageReference(filled.text)) basket.budget.countImage();
    else collect(basket, { ...place, text: filled.text, range: undefined });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    basket.budget.countImage();
    report(error.message);
  }
}

/** Returns a text with its variables substituted. What cannot be resolved is a problem, and undefined. */
export function textOf(value: FoundValue | undefined, { basket }: ProjectReading): string | undefined {
  const { node, file } = value ?? {};
  if (!node || !file || node.text === undefined) return undefined;
  const { line, column } = node;
  const report = (message: string) =>
    basket.problems.push({ file: file.name, line, column, message: quoteForeign(message) });
  try {
    const { text, unset } = interpolate(node.text, file.variables);
    if (unset.length > 0) report(`A variable without a value: ${cutText(node.text, MAX_SHOWN)}`);
    return text;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    report(error.message);
    return undefined;
  }
}

/** How much of a text a message shows, in characters. */
export const MAX_SHOWN = 100;
