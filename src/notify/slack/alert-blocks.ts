import type { Alert } from '../../domain/alerts/alert.ts';
import type { AlertWords } from '../../domain/alerts/wording/alert-text.ts';
import { overviewUrl, runbookUrl, subjectUrl } from '../../domain/alerts/wording/links.ts';
import { cleanName } from '../../domain/alerts/wording/names.ts';
import { namesWords, sourceKindWords } from '../../domain/alerts/wording/subject.ts';
import { formatCount } from '../../domain/wording.ts';
import { actions, type Block, context, fieldsSection, linkButton, MAX_FIELD, section } from './block-kit.ts';
import { codeOf, toMrkdwn } from './mrkdwn.ts';

/** The details of one alert: who is concerned, what to do, where to look. */
export function alertBlocks(
  { alert, words }: { readonly alert: Alert; readonly words: AlertWords },
  pageUrl: string,
): Block[] {
  return [
    ...whoBlocks(alert, words),
    ...adviceBlocks(words),
    ...linksOf(alert, pageUrl),
    context(`Rule ${codeOf(cleanName(alert.rule))}`),
  ];
}

/** What to do; nothing once it is over. */
export function adviceBlocks(words: AlertWords | undefined): Block[] {
  return words?.advice ? [section(`*What to do now*\n${toMrkdwn(words.advice)}`)] : [];
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

/** Whose bucket it is, and who draws on it; nothing where the headline has said it. */
function whoBlocks({ subject, credentials }: Alert, { drawers }: AlertWords): Block[] {
  const { source } = subject;
  if (!source && !drawers) return [];
  const label = credentials.length === 1 ? 'Credential' : `${formatCount(credentials.length)} credentials`;
  const who = `*${label}*\n${namesThatFit(credentials, MAX_FIELD - 100)}`;
  if (!source) return [section(who)];
  return [fieldsSection([`*Source*\n${codeOf(cleanName(source.value))} ${sourceKindWords(subject)}`, who])];
}
