import Papa from 'papaparse';
import type { UsageGroup, UsageSummary } from '../../domain/spending/usage-summary.ts';
import { countNoun, formatCount } from '../../domain/wording.ts';
import { cleanText } from '../../kit/foreign-text.ts';
import { alignColumns, type CommandContext, choosePaint, rightAlign } from '../command.ts';

/** The output forms of `headroom usage`. */
export const USAGE_FORMS = ['table', 'json', 'csv'] as const;

/** The longest name in the table, in characters. */
const MAX_NAME = 60;
/** Stands in the table for a field that the report leaves empty. */
const EMPTY_NAMES: Record<UsageGroup, string> = {
  team: '(no team)',
  user: '(no user)',
  token: '(no token)',
  repository: '(no repository)',
  address: '(no address)',
  day: '',
};

/**
 * Writes a summary to the standard output.
 * @param unreadable the number of rows that were left out
 */
export function writeUsage(
  summary: UsageSummary,
  unreadable: number,
  form: (typeof USAGE_FORMS)[number],
  context: Pick<CommandContext, 'stdout' | 'env'>,
): void {
  const { stdout } = context;
  if (form === 'json') stdout.write(`${asJson(summary, unreadable)}\n`);
  else if (form === 'csv') stdout.write(asCsv(summary));
  else stdout.write(asTable(summary, unreadable, context));
}

function asJson(
  { by, totals, pulls, versionChecks, firstAt, lastAt, rows }: UsageSummary,
  unreadable: number,
): string {
  return JSON.stringify(
    {
      by,
      first_hour: hourText(firstAt),
      last_hour: hourText(lastAt),
      rows,
      unreadable_rows: unreadable,
      pulls,
      version_checks: versionChecks,
      totals: totals.map((total) => ({
        [by]: total.name,
        pulls: total.pulls,
        version_checks: total.versionChecks,
      })),
    },
    undefined,
    2,
  );
}

function asCsv({ by, totals }: UsageSummary): string {
  const rows = totals.map(({ name, pulls, versionChecks }) => [name, pulls, versionChecks]);
  // A spreadsheet executes a name that begins with "=".
  const text = Papa.unparse([[by, 'pulls', 'version_checks'], ...rows], {
    escapeFormulae: true,
    newline: '\n',
  });
  return `${text}\n`;
}

function asTable(
  { by, totals, pulls, versionChecks, firstAt, lastAt, rows }: UsageSummary,
  unreadable: number,
  { stdout, env }: Pick<CommandContext, 'stdout' | 'env'>,
): string {
  const paint = choosePaint(stdout, env);
  const nameOf = (name: string) => (name === '' ? EMPTY_NAMES[by] : cleanText(name, MAX_NAME));
  const cells = [
    [by.toUpperCase(), 'PULLS', 'SHARE', 'VERSION CHECKS'],
    ...[...totals, { name: 'total', pulls, versionChecks }].map((total) => [
      nameOf(total.name),
      formatCount(total.pulls),
      shareText(total.pulls, pulls),
      formatCount(total.versionChecks),
    ]),
  ];
  const [head = '', ...lines] = alignColumns(rightAlign(cells, 1)).split('\n');
  const span =
    firstAt === undefined ? '' : `${hourText(firstAt)} to ${hourText(lastAt)}, in UTC as is assumed: `;
  const left = unreadable > 0 ? `, ${formatCount(unreadable)} left out` : '';
  const foot = `${span}${countNoun(rows, 'row')}${left}`;
  return `${[paint('faint', head), ...lines, paint('faint', foot)].join('\n')}\n`;
}

function shareText(pulls: number, all: number): string {
  return all === 0 ? '-' : `${((pulls / all) * 100).toFixed(1)} %`;
}

function hourText(at: number | undefined): string | null {
  return at === undefined ? null : `${new Date(at).toISOString().slice(0, 13)}:00Z`;
}
