import type { Page } from '../page.ts';

/** The page of a runbook, or the list of all, finished. */
export interface RunbookPage extends Page {
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
export function toRunbookPage(alert: string, html: string, names: readonly string[]): RunbookPage {
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
export function toRunbookList(names: readonly string[], isMissing: boolean): RunbookPage {
  const headline = isMissing ? 'There is no runbook for this alert' : 'Runbooks';
  return { title: headline, ...ASSETS, alert: undefined, html: undefined, headline, others: toOthers(names) };
}

function toOthers(names: readonly string[], current?: string): RunbookPage['others'] {
  return names.map((name) => ({ name, path: `runbooks/${name}`, isThis: name === current }));
}
