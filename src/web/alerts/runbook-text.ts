import type { Marked } from 'marked';

/** Turns a runbook from Markdown into HTML that is safe to stand in a page as it is. */
export type RenderRunbook = (markdown: string) => string;

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
