import type { Request, Response } from 'express';
import type { Assets } from './assets.ts';
import { relativeRoot } from './relative-root.ts';
import { sendBody } from './send-body.ts';
import type { Tone } from './standing-words.ts';
import type { RenderTemplate } from './templates.ts';

/** What every page needs to know of itself. */
export interface Page {
  /** The browser's title, without the name of the product. */
  readonly title: string;
  /** Colours the favicon. */
  readonly tone?: Tone;
}

/** Renders a template of views/ with its view model, and sends it. */
export type ShowPage = (
  request: Request,
  response: Response,
  template: string,
  page: Page,
  status?: number,
) => Promise<void>;

/** @param routePrefix below which all paths lie */
export function createShowPage(
  render: RenderTemplate,
  assets: Assets,
  routePrefix: string,
  version: string,
): ShowPage {
  return (request, response, template, page, status = 200) => {
    const root = relativeRoot(request.originalUrl, routePrefix);
    const asset = (file: string) => `${root}assets/${assets.nameOf(file)}`;
    const text = render(template, {
      ...page,
      root,
      version,
      favicon: asset(`favicon-${page.tone ?? 'neutral'}.svg`),
      styles: [asset('tokens.css'), asset('page.css')],
      script: asset('live.js'),
    });
    return sendBody(request, response, { type: 'text/html; charset=utf-8', text, status });
  };
}
