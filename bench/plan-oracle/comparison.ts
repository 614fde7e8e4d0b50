import { readFileSync } from 'node:fs';
import type { FileReading } from '../../src/domain/pull-cost/workload.ts';
import { type PlanReadOptions, type ReadFiles, readPlanFiles } from '../../src/planner/plan-files.ts';

/** The least share of files on which a reader and its oracle must agree. */
export const MIN_AGREEMENT = 0.995;

/** How the files of one kind, or references, are compared with an oracle. */
export interface Comparison {
  /** Returns the name of the file of a line of the oracle, or the text of its reference. */
  nameOf(answer: unknown): string;
  /** Compares one line of the oracle with the reader. Returns undefined if both agree. */
  compare(answer: unknown): Difference | undefined;
}

/** A file or a reference on which the reader and the oracle differ. */
export interface Difference {
  /** Why the difference is intended; undefined: it is a fault. docs/plan.md describes the reasons. */
  readonly explanation?: string | undefined;
  /** Whether the oracle rejects the file, so that it has no images to compare. Default: false. */
  readonly isRejected?: boolean;
  /** Whether the plan would be called complete although the oracle has an image that it lacks. */
  readonly isSilent: boolean;
  /** What differs: `missing: docker.io/library/nginx:1`. */
  readonly lines: readonly string[];
}

/** The options of all comparisons. */
export const READ_OPTIONS: PlanReadOptions = {
  variables: new Map(),
  profiles: new Set(['*']),
  target: undefined,
  platforms: ['linux/amd64'],
  ignoredKinds: new Set(),
  // Oracles do not read what actions pull.
  ignoredActions: new Set(['*']),
};

/** Reads a file as a plan of this file alone. */
export function readAlone(name: string): ReadFiles {
  return readPlanFiles([{ name, text: readFileSync(name, 'utf8') }], READ_OPTIONS);
}

/** Returns the elements of `expected` that are not in `actual`, each as often as it is missing. */
export function missingFrom(actual: readonly string[], expected: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const text of actual) left.set(text, (left.get(text) ?? 0) + 1);
  return expected.filter((text) => {
    const count = left.get(text) ?? 0;
    left.set(text, count - 1);
    return count <= 0;
  });
}

/**
 * Compares two lists of images, in any order.
 * @param allowed images that the reader may have beyond the expected ones
 */
export function compareImages(
  { problems }: FileReading,
  actual: readonly string[],
  expected: readonly string[],
  allowed: readonly string[] = [],
): Difference | undefined {
  const missing = missingFrom(actual, expected);
  const invented = missingFrom([...expected, ...allowed], actual);
  if (missing.length === 0 && invented.length === 0) return undefined;
  return {
    isSilent: missing.length > 0 && problems.length === 0,
    lines: [
      ...missing.map((text) => `missing: ${text}`),
      ...invented.map((text) => `invented: ${text}`),
      ...problems.slice(0, 3).map(({ line, column, message }) => `problem: ${line}:${column}: ${message}`),
    ],
  };
}
