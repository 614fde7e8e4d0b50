import { MAX_EXPANSION_LENGTH, PlanLimitError } from '../../../domain/pull-cost/collect-images.ts';
import type { PipelineNode } from './pipeline-node.ts';

/** Returns the value of a variable as written; undefined if it has none. */
export type Lookup = (name: string) => string | undefined;

const VARIABLE = /\$(?:(\$)|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g;
/** The deepest nesting of variables that use variables. */
const MAX_DEPTH = 20;

/**
 * Creates a function that substitutes the variables of a text, and those in their values
 * (https://docs.gitlab.com/ci/variables/where_variables_can_be_used/). Variables without a value stay. It throws PlanLimitError
 * if the result is too long.
 */
export function createExpansion(lookup: Lookup): (text: string) => string {
  const known = new Map<string, string | undefined>();

  function readVariable(name: string, depth: number): string | undefined {
    if (known.has(name)) return known.get(name);
    const written = lookup(name);
    // A variable that uses itself stays.
    known.set(name, undefined);
    const value = written === undefined || depth === 0 ? undefined : expand(written, depth - 1);
    known.set(name, value);
    return value;
  }

  function expand(text: string, depth: number): string {
    if (!text.includes('$')) return text;
    let length = 0;
    return text.replace(VARIABLE, (whole, escaped?: string, plain?: string, braced?: string) => {
      const value = escaped === undefined ? (readVariable(plain ?? braced ?? '', depth) ?? whole) : '$';
      length += value.length;
      if (length <= MAX_EXPANSION_LENGTH) return value;
      throw new PlanLimitError(`Variables expand to more than ${MAX_EXPANSION_LENGTH} characters`);
    });
  }

  return (text) => expand(text, MAX_DEPTH);
}

/** Returns the variables of a section `variables`. */
export function readVariables(section: PipelineNode): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of section.entries()) {
    const text = value.text ?? value.get('value').text;
    if (text !== undefined) found.set(name, text);
  }
  return found;
}

/** Variables of GitLab that contain the host of its own registry or of a mirror, never Docker Hub. */
const REGISTRIES: ReadonlySet<string> = new Set([
  ...[
    'CI_REGISTRY',
    'CI_REGISTRY_IMAGE',
    'CI_DEPENDENCY_PROXY_SERVER',
    'CI_DEPENDENCY_PROXY_GROUP_IMAGE_PREFIX',
  ],
  ...[
    'CI_DEPENDENCY_PROXY_DIRECT_GROUP_IMAGE_PREFIX',
    'CI_TEMPLATE_REGISTRY_HOST',
    'CI_SERVER_FQDN',
    'CI_SERVER_HOST',
  ],
]);
const LEADING_VARIABLE = /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/;
/** A host before the first slash that is complete, and not one of Docker Hub. */
const OTHER_HOST =
  /^(?!(?:[\w-]+\.)*docker\.(?:io|com)(?::\d+)?\/)(?:[\w-]+(?:\.[\w-]+)+(?::\d+)?|localhost(?::\d+)?)\//i;

/** Reports whether an image certainly comes from another registry than Docker Hub, although its name is not known completely. */
export function isFromOtherRegistry(text: string): boolean {
  const [, plain, braced] = LEADING_VARIABLE.exec(text) ?? [];
  const name = plain ?? braced;
  return name === undefined ? text.includes('$') && OTHER_HOST.test(text) : REGISTRIES.has(name);
}
