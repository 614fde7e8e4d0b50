import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TemplateFunction } from 'ejs';
import ejs from 'ejs';
import type { Request, Response } from 'express';
import { toSentence } from '../domain/wording.ts';
import type { Clock } from '../kit/clock.ts';
import type { Assets } from './assets.ts';
import type { Tone } from './credential-words.ts';
import { sendBody } from './http/send-body.ts';

/**
 * Returns the relative URL from a page to the root of all pages: `./` from `/headroom/`, `../` from
 * `/headroom/credentials/ci`. Relative links work behind every proxy, whether it keeps the prefix or strips it.
 * @param url path of the request, with or without a query
 * @param routePrefix `/`, or a prefix without a slash at its end
 */
export function relativeRoot(url: string, routePrefix: string): string {
  const [path = '/'] = url.split('?');
  const prefix = routePrefix === '/' ? '/' : `${routePrefix}/`;
  const isInside = path.startsWith(prefix);
  const depth = path.split('/').length - (isInside ? prefix.split('/').length : 2);
  const up = '../'.repeat(Math.max(depth, 0)) || './';
  return isInside ? up : `${up}${prefix.slice(1)}`;
}

/**
 * Renders a template of views/.
 * @param name path below views/, without `.ejs`
 * @param model finished view model; the template finds it as `it`
 */
export type RenderTemplate = (name: string, model: object) => string;

/** Creates the renderer of a folder of templates. A template is compiled on first use and cached. */
export function createTemplates(folder: string): RenderTemplate {
  const compiled = new Map<string, TemplateFunction>();
  return (name, model) => {
    let template = compiled.get(name);
    if (!template) {
      const filename = join(folder, `${name}.ejs`);
      template = ejs.compile(readFileSync(filename, 'utf8'), {
        filename,
        // For the templates it includes.
        cache: true,
        strict: true,
        localsName: 'it',
        rmWhitespace: true,
      });
      compiled.set(name, template);
    }
    return template(model);
  };
}

/** The pages in the navigation, in order. */
const SECTIONS = [
  { name: 'overview', label: 'Overview', path: '' },
  { name: 'alerts', label: 'Alerts', path: 'alerts' },
  { name: 'spending', label: 'Spending', path: 'spending' },
  { name: 'plan', label: 'Plan', path: 'plan' },
] as const;

/** Name of a page in the navigation. */
type SectionName = (typeof SECTIONS)[number]['name'];

/** An entry of the navigation, finished for the template. */
interface NavigationEntry {
  readonly label: string;
  readonly url: string;
  readonly isCurrent: boolean;
}

/**
 * Returns the navigation of one page.
 * @param current the entry of this page; undefined for a page that has none
 * @param root relative URL of the root of all pages
 */
function toNavigation(current: SectionName | undefined, root: string): NavigationEntry[] {
  return SECTIONS.map(({ name, label, path }) => ({
    label,
    url: `${root}${path}`,
    isCurrent: name === current,
  }));
}

/*
 * How a page is added:
 *
 * 1. `views/<name>.ejs` begins with `include('partials/head')` and ends with `include('partials/foot')`; what lies between
 *    is one `<main id="content" tabindex="-1">` with one `<h1>`.
 * 2. A view model made by a pure function extends `Page`: every text as it is shown. The template finds it as `it`, and
 *    beside it what is in `Shell`. Links begin with `it.root`.
 * 3. A route calls `showPage(request, response, '<name>', model)`.
 * 4. Its own styles and modules lie in `public/` and are named in `styles` and `scripts`; modules may import each other by
 *    `./name.js`. Nothing is inline: neither `<style>` nor `style=` nor `<script>` with content.
 * 5. A page in the navigation is a line of `SECTIONS` in this file.
 *
 * Shared words of the design: colours, type and spacing in `tokens.css`; `page.css` has `.panel`, `.chip`, `.button`,
 * `.field`, `.notice`, `.table`, `.facts`, `.empty`, and `[data-tone]` colours any of them. Times are
 * `<time datetime="…" data-time="age|clock|moment">`: `settings.js` shows them in the zone that the user has chosen. A form
 * that posts carries `<input type="hidden" name="token" value="<%= it.token %>">`, and its route `requireOwnPage`,
 * or `requireAdmin` where it changes something.
 */

/** The properties that every view model has. */
export interface Page {
  /** The browser's title, without the name of the product. */
  readonly title: string;
  /** Colours the favicon. */
  readonly tone?: Tone;
  /** The entry of the navigation of this page; undefined for none. */
  readonly section?: SectionName;
  /** Style sheets of public/ that this page loads in addition to `tokens.css` and `page.css`. */
  readonly styles?: readonly string[];
  /** Modules of public/ that this page loads in addition to `settings.js`. */
  readonly scripts?: readonly string[];
}

/** The properties that `createShowPage` adds to a view model. */
interface Shell {
  /** Relative URL of the root of all pages, with a slash at its end. */
  readonly root: string;
  readonly version: string;
  /** Time of the response, in milliseconds since the epoch: the clock of the browser may be wrong. */
  readonly now: number;
  readonly favicon: string;
  readonly styleUrls: readonly string[];
  /** URL of the script that sets the theme before anything is drawn. */
  readonly themeUrl: string;
  readonly moduleUrls: readonly string[];
  /** URLs of the files that the modules import. */
  readonly preloadUrls: readonly string[];
  readonly navigation: readonly NavigationEntry[];
  /** The colours of a wall display; undefined for an ordinary page. */
  readonly kiosk: 'dark' | 'light' | undefined;
  /** Why the history cannot be written, in a sentence; undefined while it can. */
  readonly historyProblem: string | undefined;
  /** Token for forms: proves that a request comes from a page of Headroom. */
  readonly token: string;
  /** Why the user may not change anything, in a sentence; undefined if the user may. */
  readonly readOnly: string | undefined;
}

/**
 * Renders a template with its view model and sends the page.
 * @param template path below views/, without `.ejs`
 * @param status HTTP status; 200 by default
 */
export type ShowPage = (
  request: Request,
  response: Response,
  template: string,
  page: Page,
  status?: number,
) => Promise<void>;

/** The dependencies of `createShowPage`. */
interface ShowPageParts {
  readonly render: RenderTemplate;
  readonly assets: Assets;
  /** Prefix of all paths: `/`, or `/headroom` without a slash at its end. */
  readonly routePrefix: string;
  readonly version: string;
  readonly clock: Clock;
  /** As in `WebSources`. */
  readonly historyProblem?: (() => string | undefined) | undefined;
  /** Returns the guard of forms. */
  readonly guard: () => {
    tokenFor(request: Request): string;
    refusalFor(request: Request): string | undefined;
  };
}

/** Creates the function that renders and sends pages. */
export function createShowPage({
  render,
  assets,
  routePrefix,
  version,
  clock,
  historyProblem,
  guard,
}: ShowPageParts): ShowPage {
  return (request, response, template, page, status = 200) => {
    const root = relativeRoot(request.originalUrl, routePrefix);
    const urlOf = (file: string) => `${root}assets/${assets.nameOf(file)}`;
    const modules = ['settings.js', ...(page.scripts ?? [])];
    const shell: Shell = {
      root,
      version,
      now: clock.now(),
      favicon: urlOf(`favicon-${page.tone ?? 'neutral'}.svg`),
      styleUrls: ['tokens.css', 'page.css', ...(page.styles ?? [])].map(urlOf),
      themeUrl: urlOf('theme.js'),
      moduleUrls: modules.map(urlOf),
      preloadUrls: [...new Set(modules.flatMap((file) => assets.importsOf(file)))].map(urlOf),
      navigation: toNavigation(page.section, root),
      kiosk: kioskOf(request.query.kiosk),
      historyProblem: toSentence(historyProblem?.() ?? '') || undefined,
      token: guard().tokenFor(request),
      readOnly: guard().refusalFor(request),
    };
    const text = render(template, { ...page, ...shell });
    return sendBody(request, response, { type: 'text/html; charset=utf-8', text, status });
  };
}

/**
 * Returns the colours of a wall display: `?kiosk` is dark, `?kiosk=light` is light; undefined without the parameter.
 */
function kioskOf(parameter: unknown): Shell['kiosk'] {
  if (parameter === undefined) return undefined;
  return parameter === 'light' ? 'light' : 'dark';
}
