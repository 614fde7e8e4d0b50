import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { findProgram } from '../find-program.ts';

/** The checkout. */
export const PROJECT = resolve(import.meta.dirname, '../..');

/** One file for each kind, and what they share: see `schemas/`. */
const SCHEMAS = join(import.meta.dirname, 'schemas/{{.ResourceKind}}{{.KindSuffix}}.json');

/** Runs a program in the checkout and returns what it printed; rejects what it complains of. */
export function output(program: string, ...args: string[]): string {
  return execFileSync(findProgram(program) ?? program, args, { cwd: PROJECT, encoding: 'utf8' });
}

/** Writes a text to a file that is gone after the test. */
export function temporaryFile(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-install-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Fails unless every object is of a known kind and as the schema of its kind has it. Needs kubeconform. */
export function expectConforming(manifests: string): void {
  const path = temporaryFile('manifests.yaml', manifests);
  expect(output('kubeconform', '-strict', '-summary', '-schema-location', SCHEMAS, path)).toMatch(
    /Invalid: 0, Errors: 0, Skipped: 0/,
  );
}

/** Kinds and names in a stream of manifests, such as `Service headroom`, in order. */
export function inventory(manifests: string): string[] {
  return objects(manifests)
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    .sort();
}

/** The objects of a stream of manifests. */
export function objects(manifests: string): ManifestObject[] {
  return parseAllDocuments(manifests)
    .map((document) => document.toJS() as ManifestObject | null)
    .filter((object) => object !== null);
}

/** A Kubernetes object, as far as every one is alike. */
export interface ManifestObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [key: string]: unknown;
}
