import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of the project. */
export const PROJECT = resolve(import.meta.dirname, '../..');

/** One document. */
export interface MarkdownFile {
  /** Its path in the project. */
  readonly path: string;
  /** Its text without blocks of code, in which nothing is a link or a heading. */
  readonly text: string;
}

/** Every document for people: those of the project's own folder, and all below docs/. */
export const DOCUMENTS: readonly MarkdownFile[] = [
  ...readdirSync(PROJECT),
  ...readdirSync(join(PROJECT, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) =>
    join('docs', name),
  ),
]
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: withoutCode(readFileSync(join(PROJECT, path), 'utf8')) }));

/** Where its links and pictures lead, as they are written. */
export function linksOf({ text }: MarkdownFile): readonly string[] {
  const prose = text.replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|(?:src|srcset|href)="([^"]+)"/g)].map(
    ([, link, attribute]) => link ?? attribute ?? '',
  );
}

/** The names by which a link can lead to one of its headings, as GitHub makes them. */
export function anchorsOf({ text }: MarkdownFile): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const slug = slugOf(heading);
    let anchor = slug;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${slug}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

function withoutCode(text: string): string {
  return text.replace(/^( *)(`{3,}|~{3,}).*?^ *\2.*?$/gms, '');
}

function slugOf(heading: string): string {
  return heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
}
