import type { Enacted } from './enact.ts';
import type { Exported } from './exported.ts';
import { BEHAVIOURS, SCENARIOS } from './scenarios.ts';

/** The tables of docs/when-docker-hub-misbehaves.md, by the name of their place. */
export function misbehaviourTables(enacted: ReadonlyMap<string, Enacted>): Record<string, string> {
  return { exported: exportedTable(enacted), others: othersTable() };
}

function exportedTable(enacted: ReadonlyMap<string, Enacted>): string {
  const rows = SCENARIOS.map(({ name, happening, others }) => {
    const moments = enacted.get(name);
    if (!moments) throw new Error(`The scenario was not enacted: ${name}`);
    const { before, atOnce, threePollsLater, started } = moments;
    return [
      `\`${name}\``,
      happening,
      inWords(atOnce, before),
      inWords(threePollsLater, atOnce),
      inWords(started),
      bestOf(others),
    ];
  });
  return table(
    [
      'scenario',
      'Docker Hub',
      'at once',
      'after three more polls',
      'started meanwhile',
      'best of the others',
    ],
    rows,
  );
}

/** A scrape in a few words; failures that were there before are old news. */
function inWords({ up, remaining, limit, enforced, failures }: Exported, before?: Exported): string {
  const reasons = Object.keys(failures).filter(
    (reason) => up === 0 && failures[reason] !== before?.failures[reason],
  );
  const state = [`up ${up}`, ...reasons.map((reason) => `\`${reason}\``)].join(' ');
  if (enforced === 0) return `${state}, unlimited`;
  return `${state}, ${remaining === undefined ? 'no number' : `${remaining} of ${limit}`}`;
}

function bestOf(others: readonly number[]): string {
  const best = others.findIndex((count) => count > 0);
  return `${others[best]} of 24: ${BEHAVIOURS[best]}`;
}

function othersTable(): string {
  return table(
    ['scenario', ...BEHAVIOURS],
    SCENARIOS.map(({ name, others }) => [`\`${name}\``, ...others.map((count) => String(count || ''))]),
  );
}

/** A Markdown table whose columns are lined up. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |\n`;
  return line(heads) + line(widths.map((width) => '-'.repeat(width))) + rows.map(line).join('');
}
