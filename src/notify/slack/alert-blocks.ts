import type { Alert } from '../../domain/alerts/alert.ts';
import type { AlertWords } from '../../domain/alerts/wording/alert-text.ts';
import { namesWords, sourceKindWords, subjectLabel } from '../../domain/alerts/wording/headline.ts';
import { overviewUrl, runbookUrl, subjectUrl } from '../../domain/alerts/wording/links.ts';
import {
  CONDITION_LABELS,
  type NotificationWords,
  type Tone,
} from '../../domain/alerts/wording/notification-text.ts';
import { cleanName } from '../../domain/alerts/wording/words.ts';
import { formatCount } from '../../domain/wording.ts';
import { actions, type Block, context, fieldsSection, linkButton, MAX_FIELD, section } from './block-kit.ts';
import { codeOf, toMrkdwn } from './mrkdwn.ts';

/** Sign and colour of a message by its urgency; the text says the same. */
export const TONES: Readonly<Record<Tone, { readonly sign: string; readonly color: string }>> = {
  critical: { sign: '🔴', color: '#cc1c3f' },
  warning: { sign: '🟠', color: '#c77700' },
  info: { sign: '🔵', color: '#0b57c9' },
  resolved: { sign: '✅', color: '#0a8a5f' },
  acknowledged: { sign: '👀', color: '#7a8598' },
  // The header begins with TEST.
  test: { sign: '', color: '#7a8598' },
};

/** Returns the details of one alert: credentials, advice, links. */
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

/** Returns what to do; nothing once the alert has ended. */
function adviceBlocks(words: AlertWords | undefined): Block[] {
  return words?.advice ? [section(`*What to do now*\n${toMrkdwn(words.advice)}`)] : [];
}

/** Returns links to Headroom's page and to the runbook; no runbook once the alert has ended. */
function linksOf(alert: Alert | undefined, pageUrl: string): Block[] {
  const buttons = [
    linkButton('Open in Headroom', (alert && subjectUrl(alert, pageUrl)) ?? overviewUrl(pageUrl)),
    linkButton('Runbook', alert && alert.state !== 'resolved' ? runbookUrl(alert, pageUrl) : undefined),
  ].filter((button) => button !== undefined);
  return buttons.length > 0 ? [actions(buttons)] : [];
}

/** Lists as many names as fit into a length. */
function namesThatFit(names: readonly string[], maxLength: number, most = 12): string {
  for (let shown = most; shown > 0; shown -= 1) {
    const text = toMrkdwn(namesWords(names, shown));
    if (text.length <= maxLength) return text;
  }
  return formatCount(names.length);
}

/** Returns source and credentials; nothing if the headline names them. */
function whoBlocks({ subject, credentials }: Alert, { credentials: usedBy }: AlertWords): Block[] {
  const { source } = subject;
  if (!source && !usedBy) return [];
  const label = credentials.length === 1 ? 'Credential' : `${formatCount(credentials.length)} credentials`;
  const who = `*${label}*\n${namesThatFit(credentials, MAX_FIELD - 100)}`;
  if (!source) return [section(who)];
  return [fieldsSection([`*Source*\n${codeOf(cleanName(source.value))} ${sourceKindWords(subject)}`, who])];
}

/** How many credentials of each alert are named, and how long their names may be together, in characters. */
const MAX_GROUP_NAMES = 3;
const MAX_NAMES = 300;

/** Returns a paragraph for each of several alerts, the number of further ones, and the advice for the worst. */
export function groupBlocks({ listed, more }: NotificationWords, pageUrl: string): Block[] {
  return [
    ...listed.map((each) => alertParagraph(each, pageUrl)),
    ...(more > 0 ? [context(`and ${formatCount(more)} more`)] : []),
    ...adviceBlocks(listed[0]?.words),
    ...linksOf(undefined, pageUrl),
  ];
}

function alertParagraph(
  { alert, words }: { readonly alert: Alert; readonly words: AlertWords },
  pageUrl: string,
): Block {
  const isOver = alert.state === 'resolved';
  const { sign } = TONES[isOver ? 'resolved' : alert.severity];
  const label = isOver ? 'resolved' : CONDITION_LABELS[alert.when];
  const names = words.credentials ? namesThatFit(alert.credentials, MAX_NAMES, MAX_GROUP_NAMES) : undefined;
  const lines = [
    `${sign} ${toMrkdwn(subjectLabel(alert))} *${label}*${names === undefined ? '' : ` · ${names}`}`,
    ...[words.facts, words.spenders, words.shortForecast].flatMap((part) => (part ? [toMrkdwn(part)] : [])),
  ];
  return section(lines.join('\n'), linkButton('Open', subjectUrl(alert, pageUrl)));
}
