import type { Finding, Unit } from './finding.ts';
import type { Spread } from './statistics.ts';

const COLUMNS = ['', 'Headroom', 'yardstick', '', 'ratio: min', 'median', 'max', 'aim', 'met'] as const;
/** Columns with words stand to the left, those with numbers to the right. */
const IS_WORDS = [true, false, true, false, false, false, false, true, true];

/** The findings of one benchmark as a Markdown table that is also readable in a terminal. */
export function formatFindings(findings: readonly Finding[]): string {
  const rows = [COLUMNS, ...findings.map(cellsOf)];
  const widths = COLUMNS.map((_, i) => Math.max(3, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, i) => (IS_WORDS[i] ? row[i]?.padEnd(width) : row[i]?.padStart(width))).join(' | ')} |`;
  const rule = widths.map((width, i) => (IS_WORDS[i] ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  const [head = [], ...body] = rows;
  return [line(head), line(rule), ...body.map(line)].join('\n');
}

function cellsOf({ subject, unit, measured, yardstick, aim }: Finding): string[] {
  const ours = yardstick ? formatValue(measured.median, unit) : formatSpread(measured, unit);
  return [
    subject,
    ours,
    yardstick?.name ?? '',
    yardstick ? formatValue(yardstick.measured.median, unit) : '',
    ...(yardstick ? formatRatio(yardstick.ratio) : ['', '', '']),
    aim?.text ?? '',
    aim === undefined ? '' : aim.isMet ? 'yes' : 'NO',
  ];
}

function formatSpread({ min, median, max }: Spread, unit: Unit): string {
  if (min === max) return formatValue(median, unit);
  return `${formatValue(median, unit)} (${formatNumber(min)} to ${formatNumber(max)})`;
}

function formatRatio({ min, median, max }: Spread): string[] {
  return [min, median, max].map((value) => value.toFixed(2));
}

function formatValue(value: number, unit: Unit): string {
  const number = formatNumber(value);
  if (unit === 'requests') return number;
  return unit === 'rate' ? `${number}/s` : `${number} ${unit}`;
}

/** Three digits: a measurement of this kind is not more precise. */
function formatNumber(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}
