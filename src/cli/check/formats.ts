import { formatThreshold } from '../../config/kinds/number.ts';
import { cleanText, cutText } from '../../kit/foreign-text.ts';
import type { CredentialJson } from '../../web/api/credential-json.ts';
import { alignColumns } from '../command.ts';
import type { Paint, PaintTone } from '../paint.ts';
import {
  type CheckReport,
  inPulls,
  type Judgement,
  STATUSES,
  type Status,
  type Thresholds,
} from './judge.ts';

/** A check for programs; `credentials` are as `/api/v1/credentials` has them, each with its status. */
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
/** What is shown of a source: more would push the numbers off the screen. */
const SOURCE_LENGTH = 40;

/** A check for people: a row for each credential, and below it what to do where something is wrong. */
export function asTable({ judgements }: CheckReport, paint: Paint): string {
  const rows = alignColumns([HEADINGS, ...judgements.map(cellsOf)]).split('\n');
  const [head = '', ...lines] = rows;
  const told = judgements.flatMap((judgement, i) => {
    const { status } = judgement;
    const line = lines[i] ?? '';
    const word = status.toUpperCase();
    return [`${paint(TONES[status], word)}${line.slice(word.length)}`, ...explain(judgement, paint)];
  });
  return [paint('faint', head), ...told].join('\n');
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
 * A check as Nagios, Icinga and their kin read it (Monitoring Plugins Development Guidelines): a line with performance data
 * behind a bar, then a line for each credential. A bar in a text would begin performance data.
 */
export function asNagios({ status, judgements, thresholds }: CheckReport): string {
  const [first] = judgements;
  const worst = judgements.find((judgement) => judgement.status === status) ?? first;
  const summary = worst ? `${worst.credential.name}: ${worst.words}` : 'nothing was asked';
  const data = judgements.flatMap((judgement) => performanceData(judgement, thresholds));
  const line = `DOCKERHUB ${status.toUpperCase()} - ${plain(summary)}${data.length > 0 ? ` | ${data.join(' ')}` : ''}`;
  const others = judgements.length > 1 ? judgements.map(lineFor) : [];
  return [line, ...others].join('\n');
}

function lineFor({ status, credential, words }: Judgement): string {
  return plain(`${status.toUpperCase()} ${credential.name}: ${words}`);
}

/** `'label'=value;warn;crit;min;max`; the ranges begin at the threshold, as less is worse: `20:`. */
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
