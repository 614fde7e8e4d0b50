import type { CheckReport } from './check-report.ts';
import { inPulls, type Judgement, type Thresholds } from './judge.ts';

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
  return text.replaceAll('|', '/').replaceAll(/\p{Cc}/gu, ' ');
}
