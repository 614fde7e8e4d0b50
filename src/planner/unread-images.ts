import { type DocumentReading, MAX_PROBLEMS, type SourceNode } from '../domain/pull-cost/collect-images.ts';
import type { PlanProblem } from '../domain/pull-cost/workload.ts';
import { cutText, quoteForeign } from '../kit/foreign-text.ts';

/** The key that names images in all formats that are read. */
const IMAGE_KEY = /^image$/;
/** Keys that name images in other formats: `image`, `baseImage`, `docker_image`. */
const ANY_IMAGE_KEY = /image$/i;
/** Keys of the reference, where an image is a map. */
const NAME_KEYS: readonly string[] = ['name', 'reference', 'repository'];
const MAX_SHOWN = 100;

/**
 * Returns a problem for every image of a document that its reader neither counted, nor reported, nor declared passive. No
 * reader can therefore omit an image without a report.
 */
export function unreadImages(document: SourceNode, reading: DocumentReading, file: string): PlanProblem[] {
  const uses = reading.workloads.flatMap((workload) => workload.uses);
  const accounted = {
    images: new Set([...uses, ...reading.problems].map(placeKey)),
    // A missing value has the place of its parent.
    parts: new Set(reading.passive.filter(({ kind }) => kind !== 'nothing').map(placeKey)),
  };
  return imagesIn(document, IMAGE_KEY, accounted, MAX_PROBLEMS).map((node) => {
    const { line, column, text = '' } = node;
    const message = quoteForeign(`An image that is not counted: ${cutText(text, MAX_SHOWN)}`);
    return { file, line, column, message };
  });
}

/** Reports whether a document of an unknown kind may name an image. */
export function namesImage(document: SourceNode): boolean {
  return imagesIn(document, ANY_IMAGE_KEY, { images: new Set(), parts: new Set() }, 1).length > 0;
}

/** The places of what is skipped: the values of image keys, and whole parts. */
interface Accounted {
  readonly images: ReadonlySet<string>;
  readonly parts: ReadonlySet<string>;
}

/** Returns the values that name images, without those that are accounted for. */
function imagesIn(
  document: SourceNode,
  imageKey: RegExp,
  { images, parts }: Accounted,
  limit: number,
): SourceNode[] {
  const found: SourceNode[] = [];

  function visit(node: SourceNode, key: string): void {
    const isImage = imageKey.test(key);
    if (found.length >= limit || parts.has(placeKey(node)) || (isImage && images.has(placeKey(node)))) return;
    if (node.kind === 'text') {
      if (isImage && isName(node)) found.push(node);
      return;
    }
    for (const item of node.items()) visit(item, key);
    for (const [name, value] of node.entries()) {
      // Keys in a map below `image` are not image keys, except for those of its name.
      visit(value, isImage && NAME_KEYS.includes(name) ? key : name);
    }
  }

  visit(document, '');
  return found;
}

function isName({ text = '', isString }: SourceNode): boolean {
  return isString && text !== '' && !/\s/.test(text.trim());
}

function placeKey({ line, column }: { readonly line: number; readonly column: number }): string {
  return `${line}:${column}`;
}
