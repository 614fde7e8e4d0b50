import type { CheckReport } from './check-report.ts';
import type { Judgement, Status } from './judge.ts';

const COMMANDS: Record<Status, string> = {
  ok: 'notice',
  warning: 'warning',
  unknown: 'warning',
  critical: 'error',
};

/** A check as workflow commands of GitHub Actions, which shows them as annotations of the run. */
export function asGithub({ judgements }: CheckReport): string {
  return judgements.map(commandFor).join('\n');
}

function commandFor({ status, credential, words }: Judgement): string {
  const advice = credential.failure?.advice ?? credential.blocked?.advice;
  const title = `Docker Hub pulls of ${credential.name}: ${status}`;
  const text = advice === undefined ? words : `${words}. ${advice}`;
  return `::${COMMANDS[status]} title=${escapeProperty(title)}::${escapeText(text)}`;
}

/** As the runner's toolkit escapes them, or a text could begin a command of its own. */
function escapeText(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
