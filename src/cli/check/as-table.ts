import type { CredentialJson } from '../../web/api/credential-json.ts';
import { alignColumns } from '../columns.ts';
import type { Paint, PaintTone } from '../paint.ts';
import type { CheckReport } from './check-report.ts';
import type { Judgement, Status } from './judge.ts';

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
  return source.value.length > SOURCE_LENGTH ? `${source.value.slice(0, SOURCE_LENGTH - 1)}…` : source.value;
}

function explain({ credential: { blocked, failure } }: Judgement, paint: Paint): string[] {
  const lines = failure ? [failure.detail, failure.advice] : blocked ? [blocked.advice] : [];
  return lines.map((line) => paint('faint', `  ${line}`));
}
