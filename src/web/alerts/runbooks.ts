import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Router } from 'express';
import type { Marked } from 'marked';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import type { Page, ShowPage } from '../page.ts';

/** Turns a runbook from Markdown into HTML that is safe to stand in a page as it is. */
type RenderRunbook = (markdown: string) => string;

const OUTSIDE = /^https?:\/\//i;
/** Another runbook beside this one, or a place in this page. */
const BESIDE = /^(?:\.\/)?(\w+)\.md(#[\w-]*)?$/;
const HERE = /^#[\w-]+$/;

/** Loads what reads Markdown, where there is something to read: most never look at a runbook. */
export async function loadRunbookRenderer(): Promise<RenderRunbook> {
  const { Marked } = await import('marked');
  const reader = configured(new Marked({ async: false, gfm: true }));
  return (markdown) => reader.parse(markdown, { async: false });
}

function configured(reader: Marked): Marked {
  return reader.use({
    renderer: {
      // Mark-up in the text is text: a runbook is words.
      html: ({ text }) => escapeHtml(text),
      image: ({ text }) => escapeHtml(text),
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        const target = targetOf(href);
        return target === undefined ? words : `<a href="${escapeHtml(target)}">${words}</a>`;
      },
      // What may be wider than the page is scrolled, by keys too.
      code: ({ text }) => `<pre tabindex="0"><code>${escapeHtml(text)}</code></pre>\n`,
      table(token) {
        const row = (cells: typeof token.header, tag: 'td' | 'th') =>
          `<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join('')}</tr>`;
        const body = token.rows.map((cells) => row(cells, 'td')).join('');
        return `<div class="table-frame" tabindex="0"><table class="table"><thead>${row(token.header, 'th')}</thead><tbody>${body}</tbody></table></div>`;
      },
    },
  });
}

/** Where a link may lead; undefined for what is in the repository, but not on this server. */
function targetOf(href: string): string | undefined {
  if (OUTSIDE.test(href) || HERE.test(href)) return href;
  const beside = BESIDE.exec(href);
  return beside ? `./${beside[1]}${beside[2] ?? ''}` : undefined;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** The runbooks that Headroom brings along. */
interface RunbookShelf {
  /** The alerts that have one, in the order of the alphabet. */
  names(): readonly string[];
  /** The runbook of an alert as HTML; undefined when it has none. */
  find(alert: string): Promise<string | undefined>;
}

const FILE = /^(\w+)\.md$/;

/** Opens a folder of runbooks, one file for each alert; one that is not there is empty. */
export function openRunbookShelf(folder: string): RunbookShelf {
  let rendering: Promise<RenderRunbook> | undefined;
  const rendered = new Map<string, string>();

  function names(): string[] {
    return filesOf(folder)
      .flatMap((file) => FILE.exec(file)?.[1] ?? [])
      .sort();
  }

  return {
    names,
    async find(alert) {
      // What is asked for is only ever compared, never made part of a path before it is known to be a runbook.
      if (!names().includes(alert)) return undefined;
      rendering ??= loadRunbookRenderer();
      const render = await rendering;
      const html = rendered.get(alert) ?? render(readFileSync(join(folder, `${alert}.md`), 'utf8'));
      rendered.set(alert, html);
      return html;
    },
  };
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The page of a runbook, or the list of all, finished. */
interface RunbookPage extends Page {
  /** The alert it is about; undefined on the list. */
  readonly alert: string | undefined;
  /** The runbook as safe HTML; undefined on the list. */
  readonly html: string | undefined;
  /** What stands above the list: that there is no such runbook, or what these are. */
  readonly headline: string;
  /** All runbooks, with the way to each from here. */
  readonly others: readonly { readonly name: string; readonly path: string; readonly isThis: boolean }[];
}

const ASSETS = { styles: ['runbook.css'] } as const;

/** Finishes the page of one runbook. */
function toRunbookPage(alert: string, html: string, names: readonly string[]): RunbookPage {
  return {
    title: `Runbook ${alert}`,
    ...ASSETS,
    alert,
    html,
    headline: alert,
    others: toOthers(names, alert),
  };
}

/**
 * Finishes the list of all runbooks.
 * @param isMissing whether one was asked for that is not there
 */
function toRunbookList(names: readonly string[], isMissing: boolean): RunbookPage {
  const headline = isMissing ? 'There is no runbook for this alert' : 'Runbooks';
  return { title: headline, ...ASSETS, alert: undefined, html: undefined, headline, others: toOthers(names) };
}

function toOthers(names: readonly string[], current?: string): RunbookPage['others'] {
  return names.map((name) => ({ name, path: `runbooks/${name}`, isThis: name === current }));
}

/** `/runbooks` and `/runbooks/:alert`: what to do about an alert, where there is no way to the internet too. */
export function addRunbookRoutes(
  router: Router,
  shelf: RunbookShelf,
  showPage: ShowPage,
  answerError: AnswerError,
): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);

  router
    .route('/runbooks')
    .get((request, response) => showPage(request, response, 'runbook', toRunbookList(shelf.names(), false)))
    .all(readOnly);

  router
    .route('/runbooks/:alert')
    .get(async (request, response) => {
      const { alert } = request.params;
      const html = await shelf.find(alert);
      if (html === undefined) {
        await showPage(request, response, 'runbook', toRunbookList(shelf.names(), true), 404);
        return;
      }
      await showPage(request, response, 'runbook', toRunbookPage(alert, html, shelf.names()));
    })
    .all(readOnly);
}
