import { type NotificationWords, notificationWords } from '../../domain/alerts/alert-words-group.ts';
import type { Words } from '../../domain/alerts/alert-words-parts.ts';
import { plainText } from '../../domain/alerts/alert-words-plain.ts';
import type { Notification } from '../../domain/alerts/notification.ts';
import { alertBlocks } from './alert-blocks.ts';
import { type Block, header, plainSection, type SlackMessage, section } from './block-kit.ts';
import { groupBlocks } from './group-blocks.ts';
import { mentionFor } from './mention.ts';
import { escapeMrkdwn, toMrkdwn } from './mrkdwn.ts';
import { TONES } from './tone.ts';

/** How many alerts of a group are told one by one. */
const MOST_TOLD = 10;
/**
 * How long a message may be, in characters of JSON. Slack documents 40,000, and has refused 13,172 with
 * `msg_blocks_too_long` (https://github.com/slackapi/bolt-js/issues/2509).
 */
const MAX_MESSAGE = 12_000;

/**
 * A message as Slack shows it.
 * @param mention who is called for critical alerts, such as `<!here>`
 * @param now milliseconds since the epoch
 */
export function slackMessage(
  notification: Notification,
  mention: string | undefined,
  now: number,
): SlackMessage {
  for (let mostTold = MOST_TOLD; ; mostTold -= 1) {
    const words = notificationWords(notification, mostTold, now);
    const message = composed(words, notification, mentionFor(words.tone, mention));
    if (mostTold === 1 || JSON.stringify(message).length <= MAX_MESSAGE) return message;
  }
}

/** What is told in a thread, below a message that shows all of it: what has changed. */
export function slackReply(
  notification: Notification,
  mention: string | undefined,
  now: number,
): SlackMessage {
  const words = notificationWords(notification, 1, now);
  const called = mentionFor(words.tone, mention);
  const lines = [
    `${TONES[words.tone].sign} *${words.status}:* ${toMrkdwn(words.headline)}${called}`,
    lead(words),
  ];
  return {
    text: fallback(words),
    blocks: [section(lines.filter(Boolean).join('\n')), ...commentBlocks(words)],
    attachments: [],
  };
}

function composed(words: NotificationWords, notification: Notification, called: string): SlackMessage {
  const { sign, color } = TONES[words.tone];
  const [first] = words.told;
  const isAlone = words.told.length === 1 && words.more === 0;
  const secondary =
    isAlone && first ? alertBlocks(first, notification.pageUrl) : groupBlocks(words, notification.pageUrl);
  return {
    text: fallback(words),
    blocks: [
      header(`${sign} ${plainText(words.headline)}`),
      section(`*${words.status}.* ${lead(words)}${called}`.trim()),
      ...commentBlocks(words),
    ],
    attachments: [{ color, blocks: secondary }],
  };
}

/** The sentences that matter most: whether somebody is at it, what is left, and when it comes back. */
function lead({ told, more, note }: NotificationWords): string {
  const [first] = told;
  const isAlone = told.length === 1 && more === 0;
  const parts: (Words | undefined)[] =
    isAlone && first ? [note, first.words.facts, first.words.forecast] : [note];
  return parts
    .map((part) => (part ? toMrkdwn(part) : ''))
    .filter(Boolean)
    .join(' ');
}

function commentBlocks({ comment }: NotificationWords): Block[] {
  return comment === undefined ? [] : [plainSection(`“${comment}”`)];
}

/** All of it in plain text, for the lock screen, the screen reader and the search. */
function fallback({ status, headline, note, told, more }: NotificationWords): string {
  const [first] = told;
  const parts =
    more === 0 && first && told.length === 1
      ? [note, first.words.facts, first.words.drawers, first.words.forecast, first.words.advice]
      : [note];
  const sentences = parts.flatMap((part) => (part ? [plainText(part)] : []));
  return escapeMrkdwn([`${status}: ${plainText(headline)}.`, ...sentences].join(' '));
}
