import type { Notification } from '../../domain/alerts/delivery/notification.ts';
import type { AlertWords } from '../../domain/alerts/wording/alert-text.ts';
import { subjectLabel } from '../../domain/alerts/wording/headline.ts';
import { type NotificationWords, notificationWords } from '../../domain/alerts/wording/notification-text.ts';
import type { Words } from '../../domain/alerts/wording/words.ts';
import { plainText } from '../../domain/alerts/wording/words.ts';
import { formatCount } from '../../domain/wording.ts';
import { alertBlocks, groupBlocks, TONES } from './alert-blocks.ts';
import { type Block, header, plainSection, type SlackMessage, section } from './block-kit.ts';
import { cutMrkdwn, escapeMrkdwn, mentionFor, toMrkdwn } from './mrkdwn.ts';

/** How many alerts of a group are described one by one. */
const MAX_LISTED = 10;
/**
 * The longest message, in characters of JSON. Slack documents 40,000, and has rejected 13,172 with
 * `msg_blocks_too_long` (https://github.com/slackapi/bolt-js/issues/2509).
 */
const MAX_MESSAGE = 12_000;
/** The longest plain text, in characters: Slack recommends 4,000 at most. */
const MAX_TEXT = 3_000;

/**
 * Writes a notification as a Slack message.
 * @param mention the mention of critical alerts, such as `<!here>`; undefined for none
 * @param now milliseconds since the epoch
 */
export function slackMessage(
  notification: Notification,
  mention: string | undefined,
  now: number,
): SlackMessage {
  for (let mostTold = MAX_LISTED; ; mostTold -= 1) {
    const words = notificationWords(notification, mostTold, now);
    const message = compose(words, notification.pageUrl, mentionFor(words.tone, mention));
    if (mostTold === 1 || JSON.stringify(message).length <= MAX_MESSAGE) return message;
  }
}

/** Writes a notification as a reply in the thread of a message that shows all of it: only what has changed. */
export function slackReply(
  notification: Notification,
  mention: string | undefined,
  now: number,
): SlackMessage {
  const words = notificationWords(notification, MAX_LISTED, now);
  const { status, tone, headline } = words;
  const begin = status === undefined ? '' : `${TONES[tone].sign} *${status}:* `;
  const first = `${begin}${toMrkdwn(headline)}${mentionFor(tone, mention)}`;
  // What is taken is known: it stands above.
  const others = tone === 'acknowledged' && words.note ? [toMrkdwn(words.note)] : leadLines(words);
  return {
    text: fallback(words),
    blocks: [section([first, ...others].join('\n')), ...commentBlocks(words)],
    attachments: [],
  };
}

function compose(words: NotificationWords, pageUrl: string, called: string): SlackMessage {
  const { sign, color } = TONES[words.tone];
  const [first = '', ...others] = leadLines(words);
  const begin = words.status === undefined ? '' : `*${words.status}.* `;
  const [only] = words.listed;
  const details = only && isAlone(words) ? alertBlocks(only, pageUrl) : groupBlocks(words, pageUrl);
  return {
    text: fallback(words),
    blocks: [
      header(`${sign} ${plainText(words.headline)}`.trim()),
      section([`${`${begin}${first}`.trim()}${called}`, ...others, ...truncationNote(words)].join('\n')),
      ...commentBlocks(words),
    ],
    attachments: [{ color, blocks: details }],
  };
}

/** Returns the most important lines: the acknowledgement, what is left, who spent it, and when pulls return. */
function leadLines(words: NotificationWords): string[] {
  const only = onlyWords(words);
  return [words.note, only?.facts, only?.spenders, only?.forecast].flatMap((part) =>
    part ? [toMrkdwn(part)] : [],
  );
}

function truncationNote({ listed, more }: NotificationWords): string[] {
  return more > 0 ? [`The worst ${formatCount(listed.length)} of ${formatCount(listed.length + more)}:`] : [];
}

function commentBlocks({ comment }: NotificationWords): Block[] {
  return comment === undefined ? [] : [plainSection(`“${comment}”`)];
}

/**
 * Returns the complete message as plain text, for lock screens, screen readers and the search; the news comes
 * first.
 */
function fallback(words: NotificationWords): string {
  const { title, note, comment, listed, more } = words;
  const only = onlyWords(words);
  const parts: (Words | undefined)[] = only ? [...only.details, only.advice] : [];
  const sentences = parts.flatMap((part) => (part ? [plainText(part)] : []));
  const taken = note ? [plainText(note)] : [];
  const names = listed.map(({ alert }) => plainText(subjectLabel(alert))).join(', ');
  const others = only ? [] : [`${names}${more > 0 ? ` and ${formatCount(more)} more` : ''}.`];
  const why = comment === undefined ? [] : [`“${comment}”`];
  const text = [`${plainText(title)}.`, ...taken, ...why, ...sentences, ...others].join(' ');
  return cutMrkdwn(escapeMrkdwn(text), MAX_TEXT);
}

/** Returns the texts of the alert, if the message is about one only. */
function onlyWords(words: NotificationWords): AlertWords | undefined {
  return isAlone(words) ? words.listed[0]?.words : undefined;
}

function isAlone({ listed, more }: NotificationWords): boolean {
  return listed.length === 1 && more === 0;
}
