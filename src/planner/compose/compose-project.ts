import type { PlanProblem } from '../../domain/pull-cost/workload.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import { joinPath, normalizePath, type ReadOptions, splitPath } from '../source-file.ts';
import type { Variables } from '../variables.ts';
import type { ComposeFile, ComposeService, ServiceLayer } from './compose-service.ts';
import { readEnvFile } from './env-file.ts';
import { interpolate } from './interpolate.ts';

/** The names that Compose searches for, and those of the files that it merges into them. */
const MAIN_NAMES: readonly string[] = [
  'compose.yaml',
  'compose.yml',
  'docker-compose.yml',
  'docker-compose.yaml',
];
const OVERRIDE_NAMES: readonly string[] = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];
/** The most services that one service extends. */
const MAX_BASES = 20;
/** The most files that a project includes. */
const MAX_FILES = 1_000;

/** The services of a project, from all of its files in the plan. */
export interface ComposeProject {
  readonly services: readonly ComposeService[];
  /** The files of the project; the one that is read is the first. */
  readonly files: readonly ComposeFile[];
  readonly problems: readonly PlanProblem[];
  /** The names of the included files. */
  readonly follows: readonly string[];
}

/** Reports whether Compose merges a file into another file of the plan, which is then read with it. */
export function isOverride(name: string, { findFile }: ReadOptions): boolean {
  const folder = splitPath(name).folder;
  return (
    OVERRIDE_NAMES.includes(splitPath(name).base) &&
    MAIN_NAMES.some((main) => findFile(joinPath(folder, main)) !== undefined)
  );
}

/** Reads a project: a Compose file, its override file, and the files that they include and extend, if they are in the plan. */
export function readProject(
  document: ComposeFile['document'],
  name: string,
  options: ReadOptions,
): ComposeProject {
  return new ProjectReader(options).read(document, name);
}

class ProjectReader {
  readonly #options: ReadOptions;
  readonly #services: ComposeService[] = [];
  readonly #files: ComposeFile[] = [];
  readonly #problems: PlanProblem[] = [];
  readonly #follows: string[] = [];
  readonly #included = new Set<string>();
  /** The included files whose own includes are being read. */
  readonly #opening = new Set<string>();

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  read(document: ComposeFile['document'], name: string): ComposeProject {
    const folder = splitPath(name).folder;
    const variables = this.#scope(this.#options.variables, [joinPath(folder, '.env')]);
    const overrides = MAIN_NAMES.includes(splitPath(name).base) ? this.#overridesOf(folder) : [];
    this.#included.add(normalizePath(name));
    this.#addFiles([{ name, folder, document, variables }, ...this.#open(overrides, folder, variables)]);
    return {
      services: this.#services,
      files: this.#files,
      problems: this.#problems,
      follows: this.#follows,
    };
  }

  #overridesOf(folder: string): readonly string[] {
    const paths = OVERRIDE_NAMES.map((override) => joinPath(folder, override));
    return paths.filter((path) => this.#options.findFile(path) !== undefined).slice(0, 1);
  }

  /** Returns variables that contain those of `.env` files, if they are in the plan. */
  #scope(given: Variables, paths: readonly string[]): Variables {
    let scope = given;
    for (const path of paths) {
      const file = this.#options.findFile(path);
      if (!file) continue;
      const outer = scope;
      const own = readEnvFile(file.text, outer);
      scope = { get: (key) => outer.get(key) ?? own.get(key) };
    }
    return scope;
  }

  /** Returns the files of the plan with these paths. */
  #open(paths: readonly string[], folder: string, variables: Variables): ComposeFile[] {
    return paths.flatMap((path) => {
      const file = this.#options.findFile(path);
      const [document] = file ? this.#options.documentsOf(file) : [];
      return file && document ? [{ name: file.name, folder, document, variables }] : [];
    });
  }

  /** Adds the services of files that are merged, the later ones into the earlier. */
  #addFiles(files: readonly ComposeFile[]): void {
    this.#files.push(...files);
    for (const file of files) this.#addIncludes(file);
    const merged = new Map<string, ServiceLayer[]>();
    for (const file of files) {
      for (const [name, node] of file.document.get('services').entries()) {
        if (name.startsWith('x-')) continue;
        const own = this.#withBases({ node, file });
        merged.set(name, [...own, ...(merged.get(name) ?? [])]);
      }
    }
    for (const [name, layers] of merged) {
      const [first, ...others] = layers;
      if (first) this.#services.push({ name, layers: [first, ...others] });
    }
  }

  #addIncludes(file: ComposeFile): void {
    const include = file.document.get('include');
    if (include.kind !== 'nothing' && include.kind !== 'list') {
      this.#report(file, include, 'The key include must be a list');
    }
    for (const entry of include.items()) {
      const paths = this.#texts(entry.kind === 'map' ? entry.get('path') : entry, file);
      const targets = paths.map((path) => joinPath(file.folder, path));
      const missing = paths.find((path, i) => isRemote(path) || !this.#options.findFile(targets[i] ?? ''));
      const [target] = targets;
      if (target === undefined || missing !== undefined) {
        const name = quoteForeign(missing ?? '');
        this.#report(file, entry, `An include that is not in the plan; add the file: ${name}`);
      } else if (this.#included.has(target)) {
        if (this.#isOpen(target))
          this.#report(file, entry, `A file includes itself: ${quoteForeign(target)}`);
      } else if (this.#included.size >= MAX_FILES) {
        this.#report(file, entry, `More than ${MAX_FILES} included files`);
      } else this.#include(entry, targets, target, file);
    }
  }

  #isOpen(target: string): boolean {
    return this.#opening.has(target) || normalizePath(this.#files[0]?.name ?? '') === target;
  }

  #include(
    entry: ComposeFile['document'],
    targets: readonly string[],
    target: string,
    file: ComposeFile,
  ): void {
    const [given] = this.#texts(entry.get('project_directory'), file);
    const folder = given === undefined ? splitPath(target).folder : joinPath(file.folder, given);
    const envFiles = this.#texts(entry.get('env_file'), file).map((path) => joinPath(file.folder, path));
    const paths = envFiles.length > 0 ? envFiles : [joinPath(folder, '.env')];
    const variables = this.#scope(file.variables, paths);
    for (const path of targets) {
      this.#included.add(path);
      const used = this.#options.findFile(path);
      if (used) this.#follows.push(used.name);
    }
    this.#opening.add(target);
    this.#addFiles(this.#open(targets, folder, variables));
    this.#opening.delete(target);
  }

  /** Returns a definition of a service with those that it extends, the nearest first. */
  #withBases(layer: ServiceLayer): readonly ServiceLayer[] {
    const layers = [layer];
    const seen = new Set<string>();
    let current = layer;
    for (;;) {
      const { file, node } = current;
      const base = node.get('extends');
      if (base.kind === 'nothing') return layers;
      const next = this.#baseOf(base, file);
      if (!next) return layers;
      const key = `${next.file.name} ${next.name}`;
      const problem = seen.has(key)
        ? quoteForeign(`A service extends itself: ${next.name}`)
        : layers.length > MAX_BASES
          ? `A service extends a chain of more than ${MAX_BASES} others, which is not followed`
          : undefined;
      if (problem !== undefined) {
        this.#report(file, base, problem);
        return layers;
      }
      seen.add(key);
      current = next;
      layers.push(current);
    }
  }

  #baseOf(
    base: ComposeFile['document'],
    file: ComposeFile,
  ): (ServiceLayer & { readonly name: string }) | undefined {
    const [name = ''] = this.#texts(base.kind === 'map' ? base.get('service') : base, file);
    const [path] = this.#texts(base.get('file'), file);
    let source: ComposeFile | undefined = file;
    if (path !== undefined) {
      const target = joinPath(file.folder, path);
      source = this.#open(isRemote(path) ? [] : [target], splitPath(target).folder, file.variables)[0];
      if (!source) {
        const message = `A service of another file is not read; add the file to the plan: ${path}`;
        this.#report(file, base, quoteForeign(message));
        return undefined;
      }
    }
    const node = source.document.get('services').get(name);
    if (node.kind === 'map') return { node, file: source, name };
    this.#report(file, base, quoteForeign(`There is no service to extend: ${name}`));
    return undefined;
  }

  /** Returns a text, or each text of a list, with its variables substituted. What cannot be resolved is a problem. */
  #texts(node: ComposeFile['document'], file: ComposeFile): readonly string[] {
    const nodes = node.kind === 'list' ? node.items() : [node];
    return nodes.flatMap((item) => {
      if (item.text === undefined) return [];
      try {
        return [interpolate(item.text, file.variables).text];
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        this.#report(file, item, quoteForeign(error.message));
        return [];
      }
    });
  }

  #report({ name: file }: ComposeFile, { line, column }: ComposeFile['document'], message: string): void {
    this.#problems.push({ file, line, column, message });
  }
}

/** Reports whether a path is not a local file: a URL, a repository, or an artifact of a registry. */
export function isRemote(path: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:|git@|github\.com\/)/i.test(path) || /\.git(?:#|$)/.test(path);
}
