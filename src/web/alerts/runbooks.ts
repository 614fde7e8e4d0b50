import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Router } from 'express';
import type { Marked } from 'marked';
import { type AnswerError, allowOnly } from '../http/error-answer.ts';
import type { Page, ShowPage } from '../page.ts';

/** Converts a runbook from Markdown to HTML that is safe without further escaping. */
type RenderRunbook = (markdown: string) => string;

const OUTSIDE = /^https?:\/\//i;
/** Matches a link to another runbook in the same folder. */
const OTHER_RUNBOOK = /^(?:\.\/)?(\w+)\.md(#[\w-]*)?$/;
/** Matches a link to a heading of the same page. */
const FRAGMENT = /^#[\w-]+$/;

/** Loads the Markdown parser. It is loaded on demand, since most users never open a runbook. */
export async function loadRunbookRenderer(): Promise<RenderRunbook> {
  const { Marked } = await import('marked');
  const reader = configured(new Marked({ async: false, gfm: true }));
  return (markdown) => reader.parse(markdown, { async: false });
}

function configured(reader: Marked): Marked {
  return reader.use({
    renderer: {
      // HTML in the Markdown is shown as text, so that it cannot run.
      html: ({ text }) => escapeHtml(text),
      image: ({ text }) => escapeHtml(text),
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        const target = targetOf(href);
        return target === undefined ? words : `<a href="${escapeHtml(target)}">${words}</a>`;
      },
      // Content that may be wider than the page can be scrolled, also with the keyboard.
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

/** Returns the target of a link; undefined for files that are in the repository but not on this server. */
function targetOf(href: string): string | undefined {
  if (OUTSIDE.test(href) || FRAGMENT.test(href)) return href;
  const other = OTHER_RUNBOOK.exec(href);
  return other ? `./${other[1]}${other[2] ?? ''}` : undefined;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Reads the runbooks that Headroom contains. */
interface RunbookStore {
  /** Returns the names of the alerts with a runbook, sorted. */
  names(): readonly string[];
  /** Returns the runbook of an alert as HTML; undefined if there is none. */
  find(alert: string): Promise<string | undefined>;
}

const FILE = /^(\w+)\.md$/;

/** Opens a folder of runbooks with one file for each alert. A missing folder counts as empty. */
export function openRunbookStore(folder: string): RunbookStore {
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
      // The requested name becomes part of a path only if a runbook of this name exists.
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

/** The view model of the page of a runbook, or of the list of all runbooks. */
interface RunbookPage extends Page {
  /** The alert of the runbook; undefined on the list. */
  readonly alert: string | undefined;
  /** The runbook as safe HTML; undefined on the list. */
  readonly html: string | undefined;
  /** The name of the alert, or the headline of the list. */
  readonly headline: string;
  /** All runbooks with their paths relative to the root. */
  readonly others: readonly { readonly name: string; readonly path: string; readonly isThis: boolean }[];
}

const ASSETS = { styles: ['runbook.css'] } as const;

/** Returns the view model of the page of one runbook. */
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
 * Returns the view model of the list of all runbooks.
 * @param isMissing whether a runbook was requested that does not exist
 */
function toRunbookList(names: readonly string[], isMissing: boolean): RunbookPage {
  const headline = isMissing ? 'There is no runbook for this alert' : 'Runbooks';
  return { title: headline, ...ASSETS, alert: undefined, html: undefined, headline, others: toOthers(names) };
}

function toOthers(names: readonly string[], current?: string): RunbookPage['others'] {
  return names.map((name) => ({ name, path: `runbooks/${name}`, isThis: name === current }));
}

/** Adds `/runbooks` and `/runbooks/:alert`, the instructions for each alert, so that they can be read without internet access. */
export function addRunbookRoutes(
  router: Router,
  runbooks: RunbookStore,
  showPage: ShowPage,
  answerError: AnswerError,
): void {
  const readOnly = allowOnly(['GET', 'HEAD'], answerError);

  router
    .route('/runbooks')
    .get((request, response) =>
      showPage(request, response, 'runbook', toRunbookList(runbooks.names(), false)),
    )
    .all(readOnly);

  router
    .route('/runbooks/:alert')
    .get(async (request, response) => {
      const { alert } = request.params;
      const html = await runbooks.find(alert);
      if (html === undefined) {
        await showPage(request, response, 'runbook', toRunbookList(runbooks.names(), true), 404);
        return;
      }
      await showPage(request, response, 'runbook', toRunbookPage(alert, html, runbooks.names()));
    })
    .all(readOnly);
}
