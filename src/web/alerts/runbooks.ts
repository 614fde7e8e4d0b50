import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadRunbookRenderer, type RenderRunbook } from './runbook-text.ts';

/** The runbooks that Headroom brings along. */
export interface RunbookShelf {
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
