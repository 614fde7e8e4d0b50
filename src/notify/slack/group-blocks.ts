import type { Alert } from '../../domain/alerts/alert.ts';
import type { AlertWords } from '../../domain/alerts/wording/alert-text.ts';
import { CONDITION_LABELS, type NotificationWords } from '../../domain/alerts/wording/group.ts';
import { subjectUrl } from '../../domain/alerts/wording/links.ts';
import { subjectLabel } from '../../domain/alerts/wording/subject.ts';
import { formatCount } from '../../domain/wording.ts';
import { adviceBlocks, linksOf, namesThatFit } from './alert-blocks.ts';
import { type Block, context, linkButton, section } from './block-kit.ts';
import { toMrkdwn } from './mrkdwn.ts';
import { TONES } from './tone.ts';

/** How many credentials of each alert are named, and how long their names may be together, in characters. */
const NAMES_TOLD = 3;
const MAX_NAMES = 300;

/** Several alerts: a paragraph each, how many more there are, and what to do about the worst. */
export function groupBlocks({ told, more }: NotificationWords, pageUrl: string): Block[] {
  return [
    ...told.map((each) => alertParagraph(each, pageUrl)),
    ...(more > 0 ? [context(`and ${formatCount(more)} more`)] : []),
    ...adviceBlocks(told[0]?.words),
    ...linksOf(undefined, pageUrl),
  ];
}

function alertParagraph(
  { alert, words }: { readonly alert: Alert; readonly words: AlertWords },
  pageUrl: string,
): Block {
  const isOver = alert.state === 'resolved';
  const { sign } = TONES[isOver ? 'resolved' : alert.severity];
  const label = isOver ? 'over' : CONDITION_LABELS[alert.when];
  const names = words.drawers ? namesThatFit(alert.credentials, MAX_NAMES, NAMES_TOLD) : undefined;
  const lines = [
    `${sign} ${toMrkdwn(subjectLabel(alert))} *${label}*${names === undefined ? '' : ` · ${names}`}`,
    ...[words.facts, words.outlook].flatMap((part) => (part ? [toMrkdwn(part)] : [])),
  ];
  return section(lines.join('\n'), linkButton('Open', subjectUrl(alert, pageUrl)));
}
