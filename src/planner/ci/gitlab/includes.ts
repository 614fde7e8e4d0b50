import type { SourceNode } from '../../../domain/pull-cost/collect-images.ts';
import type { ReadOptions } from '../../source-file.ts';
import type { Inputs, Layer } from './pipeline-node.ts';
import { createExpansion } from './variables.ts';

/** The most files that a pipeline may include (https://docs.gitlab.com/ci/yaml/#include). */
const MAX_INCLUDES = 150;

/** The files of a pipeline. */
export interface PipelineFiles {
  /** The documents, the first overriding the others. */
  readonly layers: readonly Layer[];
  /** The names of the included files. */
  readonly follows: readonly string[];
  /** The entries of `include` that are not followed. */
  readonly unread: readonly { readonly at: Layer; readonly message: string }[];
}

/** Collects a pipeline and the files of the plan that it includes. */
export function collectFiles(document: SourceNode, file: string, options: ReadOptions): PipelineFiles {
  const follows = new Set<string>();
  const unread: { at: Layer; message: string }[] = [];

  /** Returns the layers of a file and of what it includes. Files that are included later override earlier ones. */
  function visit(layer: Layer, path: readonly string[]): readonly Layer[] {
    const include = layer.node.get('include');
    const entries = include.kind === 'list' ? include.items() : include.kind === 'nothing' ? [] : [include];
    const included = entries
      .filter((entry) => !isNeverIncluded(entry))
      .map((entry) => visitEntry(entry, layer, path));
    return [layer, ...included.toReversed().flat()];
  }

  function visitEntry(entry: SourceNode, layer: Layer, path: readonly string[]): readonly Layer[] {
    const files = localFiles(entry, layer, options);
    if (files.length === 0) {
      unread.push({ at: { ...layer, node: entry }, message: NOT_FOLLOWED });
      return [];
    }
    return files
      .flatMap((name) => {
        const used = options.findYaml(name, layer.file);
        const node = used?.documents.findLast((candidate) => !isHeader(candidate));
        if (!used || !node || path.includes(used.name)) return [];
        if (!follows.has(used.name) && follows.size >= MAX_INCLUDES) {
          unread.push({ at: { ...layer, node: entry }, message: `More than ${MAX_INCLUDES} included files` });
          return [];
        }
        // GitLab includes a file once if it is included several times without inputs.
        if (follows.has(used.name) && entry.get('inputs').kind === 'nothing') return [];
        follows.add(used.name);
        const inputs = inputsOf(used.documents, entry.get('inputs'));
        return [visit({ node, file: used.name, inputs }, [...path, used.name])];
      })
      .toReversed()
      .flat();
  }

  const own = options.findYaml(file, file)?.documents ?? [];
  const layers = visit({ node: document, file, inputs: inputsOf(own, document.get('')) }, [file]);
  return { layers, follows: [...follows], unread };
}

const NOT_FOLLOWED = 'An include is not followed; plan the merged pipeline, or name the included file too';

/** Returns the paths of the files of the plan that an entry of `include` names. */
function localFiles(entry: SourceNode, layer: Layer, options: ReadOptions): readonly string[] {
  const written = entry.text ?? entry.get('local').text;
  if (written === undefined || /^https?:/.test(written)) return [];
  const variables = layer.node.get('variables');
  const expand = createExpansion((name) => options.variables.get(name) ?? variables.get(name).text);
  const path = expand(written).replace(/^\/+/, '');
  if (path.includes('$')) return [];
  if (path.includes('*')) return options.matching(path);
  return options.findYaml(path, layer.file) ? [path] : [];
}

function isNeverIncluded(entry: SourceNode): boolean {
  const rules = entry.get('rules').items();
  return rules.length > 0 && rules.every((rule) => rule.get('when').text === 'never');
}

/** Reports whether a document is the header of a file: `spec` with `inputs` (https://docs.gitlab.com/ci/inputs/). */
export function isHeader(document: SourceNode): boolean {
  const entries = document.entries();
  return entries.length === 1 && entries[0]?.[0] === 'spec';
}

/** Returns the inputs of a file: those that are given, and the defaults of its header. */
function inputsOf(documents: readonly SourceNode[], given: SourceNode): Inputs {
  const header = documents.find(isHeader)?.get('spec').get('inputs');
  const inputs = new Map<string, string>();
  for (const [name, input] of header?.entries() ?? []) {
    const value = given.get(name).text ?? input.get('default').text;
    if (value !== undefined) inputs.set(name, value);
  }
  return inputs;
}
