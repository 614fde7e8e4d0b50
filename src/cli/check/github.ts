import { appendFile } from 'node:fs/promises';
import { cleanText } from '../../kit/foreign-text.ts';
import type { CheckReport, Judgement, Status } from './judge.ts';

const COMMANDS: Record<Status, string> = {
  ok: 'notice',
  warning: 'warning',
  unknown: 'warning',
  critical: 'error',
};

/** Formats a report as workflow commands of GitHub Actions, which are shown as annotations of the run. */
export function asGithub({ judgements }: CheckReport): string {
  return judgements.map(commandFor).join('\n');
}

function commandFor({ status, credential, words }: Judgement): string {
  const advice = credential.failure?.advice ?? credential.blocked?.advice;
  const title = `Docker Hub pulls of ${credential.name}: ${status}`;
  const text = advice === undefined ? words : `${words}. ${advice}`;
  return `::${COMMANDS[status]} title=${escapeProperty(title)}::${escapeText(text)}`;
}

/** Escapes a text as the runner's toolkit does, so that it cannot begin another command. */
function escapeText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * Appends a table to the summary of the job, and the outputs `status` and `remaining` of the step. Writes only the files
 * that `GITHUB_STEP_SUMMARY` and `GITHUB_OUTPUT` name.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 * @throws Error if one of the files cannot be written
 */
export async function writeGithubFiles(
  report: CheckReport,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output } = env;
  if (summary) await appendFile(summary, asSummary(report));
  if (output) await appendFile(output, asOutputs(report));
}

/** Formats a report as a Markdown table, with a final newline. */
export function asSummary({ judgements }: Pick<CheckReport, 'judgements'>): string {
  const rows = judgements.map(({ status, credential, words }) =>
    tableRow([status.toUpperCase(), credential.name, credential.source?.value ?? '-', words]),
  );
  return `### Docker Hub pulls\n\n${[
    tableRow(['Status', 'Credential', 'Source', 'What is left']),
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n')}\n\n`;
}

/** Formats the outputs of a step. `remaining` is the smallest of all credentials, empty if none is metered. */
export function asOutputs({ status, judgements }: Pick<CheckReport, 'status' | 'judgements'>): string {
  return `status=${status}\nremaining=${leastRemaining(judgements) ?? ''}\n`;
}

function leastRemaining(judgements: readonly Judgement[]): number | undefined {
  const known = judgements.flatMap(({ credential: { remaining } }) => remaining ?? []);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Formats a row of a Markdown table. Escapes characters that would end a cell or begin markup. */
function tableRow(cells: readonly string[]): string {
  const safe = cells.map((cell) => cleanText(cell).replaceAll(/[\\|<>*_`[\]]/g, '\\$&'));
  return `| ${safe.join(' | ')} |`;
}
