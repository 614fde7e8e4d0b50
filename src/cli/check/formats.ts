import { formatThreshold } from '../../config/kinds/number.ts';
import { cleanText, cutText } from '../../kit/foreign-text.ts';
import type { CredentialJson } from '../../web/api/credential-json.ts';
import { alignColumns, type Paint, type PaintTone } from '../command.ts';
import {
  type CheckReport,
  inPulls,
  type Judgement,
  STATUSES,
  type Status,
  type Thresholds,
} from './judge.ts';

/** Formats a report as JSON. `credentials` are those of `/api/v1/credentials`, each with its status. */
export function asJson({ status, judgements, thresholds, at }: CheckReport): string {
  const report = {
    status,
    exit_code: STATUSES[status],
    at: new Date(at).toISOString(),
    thresholds: {
      warning: formatThreshold(thresholds.warning),
      critical: formatThreshold(thresholds.critical),
    },
    credentials: judgements.map(({ credential, status: own }) => ({ status: own, ...credential })),
  };
  return JSON.stringify(report, undefined, 2);
}

const TONES: Record<Status, PaintTone> = { ok: 'good', warning: 'warn', critical: 'bad', unknown: 'neutral' };
const HEADINGS = ['STATUS', 'CREDENTIAL', 'SOURCE', 'WHAT IS LEFT'];
/** The longest source in the table, in characters. */
const SOURCE_LENGTH = 40;

/** Formats a report as a table: a row for each credential, followed by advice if it has a problem. */
export function asTable({ judgements }: CheckReport, paint: Paint): string {
  const rows = alignColumns([HEADINGS, ...judgements.map(cellsOf)]).split('\n');
  const [head = '', ...lines] = rows;
  const shown = judgements.flatMap((judgement, i) => {
    const { status } = judgement;
    const line = lines[i] ?? '';
    const word = status.toUpperCase();
    return [`${paint(TONES[status], word)}${line.slice(word.length)}`, ...explain(judgement, paint)];
  });
  return [paint('faint', head), ...shown].join('\n');
}

function cellsOf({ status, credential, words }: Judgement): readonly string[] {
  return [status.toUpperCase(), credential.name, shownSource(credential), words];
}

function shownSource({ source }: CredentialJson): string {
  if (!source) return '-';
  return cutText(source.value, SOURCE_LENGTH);
}

function explain({ credential: { blocked, failure } }: Judgement, paint: Paint): string[] {
  const lines = failure ? [failure.detail, failure.advice] : blocked ? [blocked.advice] : [];
  return lines.map((line) => paint('faint', `  ${line}`));
}

/**
 * Formats a report for Nagios and Icinga (Monitoring Plugins Development Guidelines): a line with performance data after a
 * bar, then a line for each credential. Bars in texts are replaced, as they would begin performance data.
 */
export function asNagios({ status, judgements, thresholds }: CheckReport): string {
  const [first] = judgements;
  const worst = judgements.find((judgement) => judgement.status === status) ?? first;
  const summary = worst ? `${worst.credential.name}: ${worst.words}` : 'no credential was checked';
  const data = judgements.flatMap((judgement) => performanceData(judgement, thresholds));
  const line = `DOCKERHUB ${status.toUpperCase()} - ${plain(summary)}${data.length > 0 ? ` | ${data.join(' ')}` : ''}`;
  const others = judgements.length > 1 ? judgements.map(lineFor) : [];
  return [line, ...others].join('\n');
}

function lineFor({ status, credential, words }: Judgement): string {
  return plain(`${status.toUpperCase()} ${credential.name}: ${words}`);
}

/** Formats `'label'=value;warn;crit;min;max`. Ranges such as `20:` begin at the threshold, as lower values are worse. */
function performanceData({ credential }: Judgement, { warning, critical }: Thresholds): string[] {
  const { name, remaining, limit } = credential;
  if (remaining === null || limit === null) return [];
  const range = (pulls: number) => `${Number(pulls.toFixed(3))}:`;
  const label = plain(name).replaceAll("'", "''").replaceAll('=', '-');
  return [
    `'${label}'=${remaining};${range(inPulls(warning, limit))};${range(inPulls(critical, limit))};0;${limit}`,
  ];
}

function plain(text: string): string {
  return cleanText(text).replaceAll('|', '/');
}
