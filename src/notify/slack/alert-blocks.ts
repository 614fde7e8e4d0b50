import type { Alert } from '../../domain/alerts/alert.ts';
import type { AlertWords } from '../../domain/alerts/alert-words.ts';
import { formatCount, spanWords } from '../../domain/alerts/alert-words-count.ts';
import { overviewUrl, runbookUrl, subjectUrl } from '../../domain/alerts/alert-words-links.ts';
import { cleanName } from '../../domain/alerts/alert-words-name.ts';
import { namesWords, sourceKindWords } from '../../domain/alerts/alert-words-subject.ts';
import { actions, type Block, context, fieldsSection, linkButton, MAX_FIELD, section } from './block-kit.ts';
import { codeOf, toMrkdwn } from './mrkdwn.ts';

/** The details of one alert: numbers, who is concerned, what to do, where to look. */
export function alertBlocks(
  { alert, words }: { readonly alert: Alert; readonly words: AlertWords },
  pageUrl: string,
): Block[] {
  const advice = words.advice && section(`*What to do now*\n${toMrkdwn(words.advice)}`);
  return [
    fieldsSection(fieldsOf(alert)),
    ...(advice ? [advice] : []),
    ...linksOf(alert, pageUrl),
    context(`Rule ${codeOf(cleanName(alert.rule))}`),
  ];
}

/** Links to Headroom's page, and to what to do where there is something to do. */
export function linksOf(alert: Alert | undefined, pageUrl: string): Block[] {
  const buttons = [
    linkButton('Open in Headroom', (alert && subjectUrl(alert, pageUrl)) ?? overviewUrl(pageUrl)),
    linkButton('Runbook', alert && alert.state !== 'resolved' ? runbookUrl(alert, pageUrl) : undefined),
  ].filter((button) => button !== undefined);
  return buttons.length > 0 ? [actions(buttons)] : [];
}

/** As many names as fit into a field. */
export function namesThatFit(names: readonly string[], maxLength: number, most = 12): string {
  for (let told = most; told > 0; told -= 1) {
    const text = toMrkdwn(namesWords(names, told));
    if (text.length <= maxLength) return text;
  }
  return formatCount(names.length);
}

function fieldsOf({ facts, subject, credentials }: Alert): string[] {
  const { remaining, limit, windowSeconds } = facts;
  const source = subject.source && codeOf(cleanName(subject.source.value));
  const fields: [string, string | undefined][] = [
    ['Left', leftOf(remaining, limit)],
    ['Window', windowSeconds === undefined ? undefined : spanWords(windowSeconds)],
    ['Source', source && `${source}\n${sourceKindWords(subject)}`],
    [
      credentials.length === 1 ? 'Credential' : `${formatCount(credentials.length)} credentials`,
      namesThatFit(credentials, MAX_FIELD - 100),
    ],
  ];
  return fields.flatMap(([label, value]) => (value === undefined ? [] : [`*${label}*\n${value}`]));
}

function leftOf(remaining: number | undefined, limit: number | undefined): string | undefined {
  if (remaining === undefined || limit === undefined) return undefined;
  return `${formatCount(Math.max(0, remaining))} of ${formatCount(limit)} pulls`;
}
