import { parseImageReference } from '../domain/image-reference.ts';
import { type KnownImage, type KnownImages, nameKey } from '../domain/pull-cost/known-image.ts';
import type { PlanProblem } from '../domain/pull-cost/workload.ts';
import { quoteForeign } from '../kit/foreign-text.ts';
import type { SourceFile } from './source-file.ts';

const DIGEST = /^sha(?:256|384|512):[0-9a-f]{64,128}$/;
const PLATFORM = /^[a-z0-9]+\/[a-z0-9]+(?:\/[a-z0-9]+)?$/;

/**
 * Parses facts about images, one image per line: the reference, followed in any order by its digest, `index` or `single`,
 * platforms such as `linux/amd64`, and `exempt`. Text after `#` is a comment.
 */
export function readKnownImages({ name: file, text }: SourceFile): {
  readonly known: KnownImages;
  readonly problems: readonly PlanProblem[];
} {
  const known = new Map<string, KnownImage>();
  const problems: PlanProblem[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const [reference, ...words] = line
      .replace(/(?:^|\s)#.*/, '')
      .trim()
      .split(/\s+/);
    if (!reference) continue;
    try {
      known.set(nameKey(parseImageReference(reference)), readWords(words));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      problems.push({ file, line: i + 1, column: 1, message: quoteForeign(error.message) });
    }
  }
  return { known, problems };
}

function readWords(words: readonly string[]): KnownImage {
  const isKnown = (word: string) =>
    DIGEST.test(word) || PLATFORM.test(word) || ['index', 'single', 'exempt'].includes(word);
  const stray = words.find((word) => !isKnown(word));
  if (stray !== undefined) {
    throw new SyntaxError(
      `Not a fact about an image: ${stray}. Allowed: a digest, index, single, exempt, and platforms such as linux/amd64`,
    );
  }
  const platforms = words.filter((word) => PLATFORM.test(word));
  const form = words.find((word) => word === 'index' || word === 'single');
  return {
    digest: words.find((word) => DIGEST.test(word)),
    form: form ?? (platforms.length > 1 ? 'index' : undefined),
    platforms,
    isExempt: words.includes('exempt'),
  };
}

/** The images that every machine has, by `nameKey()`. */
interface CachedImages {
  readonly cached: ReadonlySet<string>;
  readonly problems: readonly PlanProblem[];
}

/** The header line of `docker images` and `crictl images`. */
const TABLE_HEAD = /^(?:REPOSITORY|IMAGE)\s+TAG\s+/;
/** The header line of `ctr images list`. */
const CTR_HEAD = /^REF\s+TYPE\s+/;

/**
 * Parses a list of cached images: one reference per line, or the output of `docker images`, `crictl images`,
 * `ctr images list`, `crictl images -o json` or `kubectl get nodes -o json`. Only images that all nodes have are returned.
 */
export function readCached({ name: file, text }: SourceFile): CachedImages {
  const trimmed = text.trimStart();
  if (trimmed.startsWith('{')) return readJson(trimmed, file);
  const lines = text.split(/\r?\n/);
  const head = lines[0] ?? '';
  const isTable = TABLE_HEAD.test(head);
  const problems: PlanProblem[] = [];
  const cached = new Set<string>();
  for (const [i, line] of lines.entries()) {
    const [first = '', second = ''] = line
      .replace(/(?:^|\s)#.*/, '')
      .trim()
      .split(/\s+/);
    // Images without a name cannot be matched.
    if (first === '' || first.startsWith('<') || second === '<none>') continue;
    if (i === 0 && (isTable || CTR_HEAD.test(head))) continue;
    const key = keyOf(isTable ? `${first}:${second}` : first);
    if (key !== undefined) cached.add(key);
    else problems.push({ file, line: i + 1, column: 1, message: quoteForeign(`Not an image: ${first}`) });
  }
  return { cached, problems };
}

function readJson(text: string, file: string): CachedImages {
  try {
    const value = JSON.parse(text) as CriImages & NodeList;
    const nodes = value.items ?? [];
    const perNode = nodes.map(({ status }) =>
      keysOf((status?.images ?? []).flatMap(({ names }) => names ?? [])),
    );
    if (perNode.length > 0) return { cached: inAll(perNode), problems: [] };
    const images = (value.images ?? []).flatMap(({ repoTags, repoDigests }) => [
      ...(repoTags ?? []),
      ...(repoDigests ?? []),
    ]);
    return { cached: new Set(keysOf(images)), problems: [] };
  } catch {
    const message = 'Not a list of images. Allowed: JSON of crictl or kubectl, or one reference per line';
    return { cached: new Set(), problems: [{ file, line: 1, column: 1, message }] };
  }
}

interface CriImages {
  readonly images?: readonly { readonly repoTags?: string[]; readonly repoDigests?: string[] }[];
}

interface NodeList {
  readonly items?: readonly {
    readonly status?: { readonly images?: readonly { readonly names?: string[] }[] };
  }[];
}

function inAll([first = [], ...others]: readonly (readonly string[])[]): ReadonlySet<string> {
  const sets = others.map((keys) => new Set(keys));
  return new Set(first.filter((key) => sets.every((set) => set.has(key))));
}

function keysOf(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => keyOf(name) ?? []);
}

function keyOf(name: string): string | undefined {
  try {
    return nameKey(parseImageReference(name));
  } catch {
    return undefined;
  }
}
