import { collect, emptyCollection } from '../../domain/pull-cost/collect-images.ts';
import type { FileReading, Workload } from '../../domain/pull-cost/workload.ts';
import { cutText, quoteForeign } from '../../kit/foreign-text.ts';
import { isRemote } from '../compose/compose-project.ts';
import { readDockerfile } from '../dockerfile/read-dockerfile.ts';
import { joinPath, type ReadOptions, type SourceFile, splitPath } from '../source-file.ts';
import type { BakeTarget } from './bake-block.ts';
import type { HclValue } from './hcl-syntax.ts';
import { toText } from './hcl-text.ts';

/** The reading of a Bake file, with the names of the other files that it uses. */
export interface BakeReading extends FileReading {
  readonly follows: readonly string[];
}

/** The image that makes an SBOM, if the attestation names no other one. */
const SBOM_SCANNER = 'docker/buildkit-syft-scanner:stable-1';

/** Reads the build of a target. A Dockerfile that is not in the plan is a problem. */
export function readTarget(target: BakeTarget, folder: string, options: ReadOptions): BakeReading {
  const { name, file, line, column, values } = target;
  const place = { file, line, column };
  const leftOut = (message: string) => ({
    workloads: [],
    problems: [{ ...place, message: quoteForeign(message) }],
    follows: [],
  });
  const textAt = (key: string) => {
    const value = values.get(key) ?? null;
    return value === null || value === '' ? undefined : toText(value, true);
  };
  const platforms = textsOf(values.get('platforms'));
  const build = {
    name: quoteForeign(name),
    place: 'host' as const,
    args: new Map([...pairsOf(values.get('args')), ...options.variables]),
    contexts: pairsOf(values.get('contexts')),
    target: textAt('target') ?? options.target,
    platforms: platforms.length > 0 ? [...new Set(platforms)] : options.platforms,
  };
  const inline = textAt('dockerfile-inline');
  if (inline !== undefined) {
    const { workloads, problems } = readDockerfile({ name: file, text: inline }, options, build);
    return {
      workloads: workloads.map((one) =>
        withMore(
          { ...one, uses: one.uses.map((use) => ({ ...use, ...place, range: undefined })) },
          target,
          options,
        ),
      ),
      problems: problems.map(({ message }) => ({ ...place, message })),
      follows: [],
    };
  }
  const context = (textAt('context') ?? '.').replace(/^cwd:\/\//, '') || '.';
  if (isRemote(context)) {
    return leftOut(`${name} is built from a remote context, which is not read: ${cutText(context, 100)}`);
  }
  const path = joinPath(context, textAt('dockerfile') ?? 'Dockerfile');
  const dockerfile = findBelow(folder, path, options);
  if (!dockerfile) return leftOut(`${name} is built; add its Dockerfile to the plan: ${path}`);
  const read = readDockerfile(dockerfile, options, build);
  return {
    workloads: read.workloads.map((workload) => withMore(workload, target, options)),
    problems: read.problems,
    follows: [dockerfile.name],
  };
}

/** Finds a path relative to the folder of a Bake file, or to one above it: Bake resolves it where it is started. */
function findBelow(folder: string, path: string, { findFile }: ReadOptions): SourceFile | undefined {
  for (let from = folder; ; from = splitPath(from).folder) {
    const file = findFile(joinPath(from, path));
    if (file || from === '.' || from === '/' || from.endsWith('..')) return file;
  }
}

/** Adds the images of a target that are not in its Dockerfile: the scanner of an SBOM, and caches in registries. */
function withMore(
  workload: Workload,
  { file, line, column, values }: BakeTarget,
  { budget }: ReadOptions,
): Workload {
  const basket = emptyCollection(budget);
  const found = { file, line, column, range: undefined, policy: 'if-not-present' } as const;
  for (const options of optionsOf(values.get('attest'))) {
    if (options.get('type') !== 'sbom' || options.get('disabled') === 'true') continue;
    const text = options.get('generator') ?? SBOM_SCANNER;
    collect(basket, { ...found, container: 'sbom', role: 'frontend', text });
  }
  for (const options of optionsOf(values.get('cache-from'))) {
    const text = options.get('type') === 'registry' ? options.get('ref') : undefined;
    if (text !== undefined)
      collect(basket, { ...found, container: 'cache', role: 'copy', text, isOptional: true });
  }
  return { ...workload, uses: [...workload.uses, ...basket.uses] };
}

/** Reads options such as `type=registry,ref=acme/app:cache`; a text without `=` is a reference. */
function optionsOf(value: HclValue | undefined): readonly ReadonlyMap<string, string>[] {
  const list: readonly HclValue[] = Array.isArray(value) ? value : [];
  return list.map((item) => {
    if (item instanceof Map) return pairsOf(item);
    const text = toText(item, true);
    if (!text.includes('='))
      return new Map([
        ['type', 'registry'],
        ['ref', text],
      ]);
    return new Map(
      text
        .split(',')
        .map((part): [string, string] => [part.split('=', 1)[0] ?? '', part.slice(part.indexOf('=') + 1)]),
    );
  });
}

/** Returns the values of a map as texts, without those that are null. */
export function pairsOf(value: HclValue | undefined): ReadonlyMap<string, string> {
  const entries = value instanceof Map ? [...(value as ReadonlyMap<string, HclValue>)] : [];
  return new Map(
    entries.flatMap(([key, one]): [string, string][] => (one === null ? [] : [[key, toText(one, true)]])),
  );
}

function textsOf(value: HclValue | undefined): readonly string[] {
  const list: readonly HclValue[] = Array.isArray(value) ? value : [];
  return list.map((item) => toText(item, true));
}
