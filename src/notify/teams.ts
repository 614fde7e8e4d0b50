import type { Notification } from '../domain/alerts/delivery/notification.ts';
import type { ReceiverTarget } from '../domain/alerts/delivery/receiver.ts';
import { overviewUrl, runbookUrl, subjectUrl } from '../domain/alerts/wording/links.ts';
import {
  type NotificationWords,
  notificationWords,
  type Tone,
} from '../domain/alerts/wording/notification-text.ts';
import { plainText, type Words } from '../domain/alerts/wording/words.ts';
import { cutText } from '../kit/foreign-text.ts';
import { type Channel, type ChannelPorts, describeAnswer, receiptOf } from './channel.ts';
import { byteLength, fitAlerts } from './payload.ts';

/**
 * What the workflow "Send webhook alerts to a channel" takes
 * (https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook): a
 * message with an Adaptive Card.
 */
interface TeamsMessage {
  readonly type: 'message';
  readonly summary: string;
  readonly attachments: readonly [
    {
      readonly contentType: 'application/vnd.microsoft.card.adaptive';
      readonly contentUrl: null;
      readonly content: AdaptiveCard;
    },
  ];
}

/** The part of https://adaptivecards.io/explorer/AdaptiveCard.html that is used. */
interface AdaptiveCard {
  readonly $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  readonly type: 'AdaptiveCard';
  /** 1.4 is the newest version that Teams shows on all devices. */
  readonly version: '1.4';
  readonly msteams: { readonly width: 'Full' };
  readonly body: readonly RichTextBlock[];
  readonly actions: readonly {
    readonly type: 'Action.OpenUrl';
    readonly title: string;
    readonly url: string;
  }[];
}

/** A paragraph. Its runs are plain text: unlike in a `TextBlock`, names are never read as Markdown. */
interface RichTextBlock {
  readonly type: 'RichTextBlock';
  readonly separator?: boolean;
  readonly inlines: readonly TextRun[];
}

/** A piece of a paragraph. */
interface TextRun {
  readonly type: 'TextRun';
  readonly text: string;
  readonly size?: 'Large';
  readonly weight?: 'Bolder';
  readonly color?: 'Attention' | 'Warning' | 'Accent' | 'Good' | 'Default';
}

/** The limit of a message, in bytes: Microsoft's documentation says 28 KB. */
const MAX_MESSAGE_BYTES = 28_000;
const MAX_SUMMARY = 500;
const MAX_LISTED = 10;
const COLOURS: Readonly<Record<Tone, NonNullable<TextRun['color']>>> = {
  critical: 'Attention',
  warning: 'Warning',
  info: 'Accent',
  resolved: 'Good',
  acknowledged: 'Default',
  test: 'Default',
};

/**
 * Writes a notification as an Adaptive Card; instants in UTC.
 * @param now milliseconds since the epoch
 */
function teamsMessage(notification: Notification, now: number): TeamsMessage {
  return fitAlerts(
    MAX_LISTED,
    (maxListed) => write(notification, notificationWords(notification, maxListed, now)),
    (message) => byteLength(JSON.stringify(message)) <= MAX_MESSAGE_BYTES,
  );
}

function write({ pageUrl }: Notification, words: NotificationWords): TeamsMessage {
  const { tone } = words;
  const title = plainText(words.title);
  const heading: TextRun = {
    type: 'TextRun',
    text: title,
    size: 'Large',
    weight: 'Bolder',
    color: COLOURS[tone],
  };
  const content: AdaptiveCard = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [{ type: 'RichTextBlock', inlines: [heading] }, ...blocksOf(words)],
    actions: actionsOf(words, pageUrl),
  };
  return {
    type: 'message',
    summary: cutText(title, MAX_SUMMARY),
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

function blocksOf({ note, comment, listed, more }: NotificationWords): RichTextBlock[] {
  const isAlone = listed.length === 1 && more === 0;
  return [
    ...paragraph(note),
    ...(comment === undefined ? [] : [block([run(`“${comment}”`)])]),
    ...listed.flatMap(({ words: { headline, details, advice } }) => {
      if (!isAlone) {
        const text = details.flatMap(textOf).join(' ');
        return [{ ...block([bold(`${plainText(headline)}. `), run(text)]), separator: true }];
      }
      const todo = advice ? [block([bold('What to do now: '), run(plainText(advice))])] : [];
      return details.flatMap(paragraph).concat(todo);
    }),
    ...(more > 0 ? [block([run(`And ${more} more.`)])] : []),
  ];
}

function actionsOf({ tone, listed, more }: NotificationWords, pageUrl: string): AdaptiveCard['actions'] {
  const [first] = listed;
  const isAlone = listed.length === 1 && more === 0;
  const page = first && isAlone ? subjectUrl(first.alert, pageUrl) : overviewUrl(pageUrl);
  const isOpen = isAlone && tone !== 'resolved';
  const runbook = first && isOpen ? runbookUrl(first.alert, pageUrl) : undefined;
  return [
    ...(page === undefined ? [] : [{ type: 'Action.OpenUrl' as const, title: 'Open Headroom', url: page }]),
    ...(runbook === undefined ? [] : [{ type: 'Action.OpenUrl' as const, title: 'Runbook', url: runbook }]),
  ];
}

function paragraph(words: Words | undefined): RichTextBlock[] {
  return textOf(words).map((text) => block([run(text)]));
}

function textOf(words: Words | undefined): string[] {
  const text = plainText(words);
  return text === '' ? [] : [text];
}

function block(inlines: readonly TextRun[]): RichTextBlock {
  return { type: 'RichTextBlock', inlines };
}

function run(text: string): TextRun {
  return { type: 'TextRun', text };
}

function bold(text: string): TextRun {
  return { type: 'TextRun', text, weight: 'Bolder' };
}

/** The text with which older connectors report, with status 200, that Teams rejected the message. */
const NOT_DELIVERED = /delivery failed/i;

/** Creates a channel that posts to a channel or chat of Microsoft Teams through the webhook of a workflow. */
export function createTeamsChannel(
  target: Extract<ReceiverTarget, { kind: 'teams' }>,
  { post, clock }: ChannelPorts,
): Channel {
  return {
    async send(notification, signal) {
      const url = await target.webhookUrl();
      const answer = await post(
        { url, body: JSON.stringify(teamsMessage(notification, clock.now())) },
        signal,
      );
      if (answer.kind === 'answered' && answer.status < 300 && NOT_DELIVERED.test(answer.body)) {
        return { kind: 'retry', reason: describeAnswer(answer) };
      }
      return receiptOf(answer);
    },
  };
}
