import type { Workload } from '../../domain/pull-cost/workload.ts';
import { cutText, quoteForeign } from '../../kit/foreign-text.ts';
import { type Build, readDockerfile } from '../dockerfile/read-dockerfile.ts';
import { joinPath } from '../source-file.ts';
import { isRemote } from './compose-project.ts';
import { type ComposeService, type FoundValue, findValue, findValues } from './compose-service.ts';
import { type ProjectReading, textOf } from './compose-values.ts';

/**
 * Reads the build of a service: its inline Dockerfile, or that of the plan. A Dockerfile that is not in the plan is a problem.
 * @param builds the definitions of the build, which Compose merges
 * @param platform the platform of the service; undefined if it has none
 */
export function readBuild(
  service: ComposeService,
  builds: readonly FoundValue[],
  platform: string | undefined,
  reading: ProjectReading,
): readonly Workload[] {
  const { basket, options } = reading;
  const [first] = builds;
  if (!first) return [];
  const name = quoteForeign(service.name);
  const place = { file: first.file.name, line: first.node.line, column: first.node.column };
  const report = (message: string) => basket.problems.push({ ...place, message: quoteForeign(message) });
  const build = buildOf(name, builds, platform, reading);
  const inline = findValue(builds, 'dockerfile_inline');
  if (inline) {
    const text = textOf(inline, reading);
    if (text === undefined) return [];
    const { line, column } = inline.node;
    const at = { file: inline.file.name, line, column };
    const read = readDockerfile({ name: at.file, text }, options, build);
    basket.problems.push(...read.problems.map(({ message }) => ({ ...at, message })));
    // Places in the value of a YAML key are those of the key.
    return read.workloads.map((workload) => ({
      ...workload,
      uses: workload.uses.map((use) => ({ ...use, ...at, range: undefined })),
    }));
  }
  const path = pathOf(builds, reading);
  if (path === undefined) return [];
  if (isRemote(path.context)) {
    report(`${name} is built from a remote context, which is not read: ${cutText(path.context, 100)}`);
    return [];
  }
  const file = options.findFile(path.full);
  if (!file) {
    report(`${name} is built; add its Dockerfile to the plan: ${path.shown}`);
    return [];
  }
  reading.follows.push(file.name);
  const { workloads, problems } = readDockerfile(file, options, { ...build, name: file.name });
  basket.problems.push(...problems);
  return workloads;
}

/** Returns the path of the Dockerfile in the plan, and relative to the Compose file. Undefined if a variable is invalid. */
function pathOf(builds: readonly FoundValue[], reading: ProjectReading) {
  const contexts = builds.flatMap(({ node, file }) => {
    const value = node.kind === 'text' ? node : node.get('context');
    return value.kind === 'text' ? [{ node: value, file }] : [];
  });
  const [value] = contexts;
  const folder = (value ?? builds[0])?.file.folder ?? '.';
  const context = value ? textOf(value, reading) : '.';
  const named = findValue(builds, 'dockerfile');
  const dockerfile = named ? textOf(named, reading) : 'Dockerfile';
  if (context === undefined || dockerfile === undefined) return undefined;
  // The context of a repository is a URL.
  const shown = isRemote(context) ? context : joinPath(context, dockerfile);
  return { context, shown, full: joinPath(folder, shown) };
}

function buildOf(
  name: string,
  builds: readonly FoundValue[],
  platform: string | undefined,
  reading: ProjectReading,
): Build {
  const { options } = reading;
  const args = new Map([...pairsOf(findValues(builds, 'args'), reading), ...options.variables]);
  const contexts = new Map(pairsOf(findValues(builds, 'additional_contexts'), reading));
  const platforms = findValues(builds, 'platforms').flatMap(({ node, file }) =>
    node.items().flatMap((item) => textOf({ node: item, file }, reading) ?? []),
  );
  const own = platform === undefined ? options.platforms : [platform];
  return {
    name,
    place: 'host',
    args,
    contexts,
    target: textOf(findValue(builds, 'target'), reading) ?? options.target,
    platforms: platforms.length > 0 ? [...new Set(platforms)] : own,
  };
}

/** Reads maps, and lists of `NAME=VALUE`. An argument without a value has that of the variable of its name. */
function pairsOf(values: readonly FoundValue[], reading: ProjectReading): [string, string][] {
  // The first definition overrides the others.
  return values.toReversed().flatMap(({ node, file }) => {
    const fromVariable = (name: string): [string, string][] => {
      const value = file.variables.get(name);
      return value === undefined ? [] : [[name, value]];
    };
    const listed = node.items().flatMap((item): [string, string][] => {
      const text = textOf({ node: item, file }, reading);
      const [, name, value] = /^([^=]+)(?:=(.*))?$/s.exec(text ?? '') ?? [];
      if (name === undefined) return [];
      return value === undefined ? fromVariable(name) : [[name, value]];
    });
    const mapped = node.entries().flatMap(([name, value]): [string, string][] => {
      const text = textOf({ node: value, file }, reading);
      return text === undefined ? fromVariable(name) : [[name, text]];
    });
    return [...listed, ...mapped];
  });
}
