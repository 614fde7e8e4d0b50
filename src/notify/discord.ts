import type { Notification } from '../domain/alerts/delivery/notification.ts';
import type { ReceiverTarget } from '../domain/alerts/delivery/receiver.ts';
import { overviewUrl, runbookUrl } from '../domain/alerts/wording/links.ts';
import {
  type NotificationWords,
  notificationWords,
  type Tone,
} from '../domain/alerts/wording/notification-text.ts';
import { plainText, renderWords, type WordStyle, type Words } from '../domain/alerts/wording/words.ts';
import { cutText } from '../kit/foreign-text.ts';
import { Secret } from '../kit/secret.ts';
import { type Channel, type ChannelPorts, receiptOf } from './channel.ts';
import { fitAlerts, rfc3339 } from './payload.ts';

/** Discord's token for the mentions `@everyone` and `@here` in `allowed_mentions.parse`. */
const DISCORD_EVERYONE = 'everyone';

/** Which mentions of a message take effect (https://docs.discord.com/developers/resources/message#allowed-mentions-object). */
interface AllowedMentions {
  readonly parse: readonly (typeof DISCORD_EVERYONE)[];
  readonly roles?: readonly string[];
  readonly users?: readonly string[];
}

const MENTION = /^(?:<@(?<role>&)?(?<id>\d{5,20})>|@everyone|@here)$/;

/** Allows the configured mention and no other in the message. */
function allowedMentions(mention: string | undefined): AllowedMentions {
  const groups = mention === undefined ? undefined : MENTION.exec(mention);
  if (!groups) return { parse: [] };
  const id = groups.groups?.id;
  if (id === undefined) return { parse: [DISCORD_EVERYONE] };
  return groups.groups?.role === undefined ? { parse: [], users: [id] } : { parse: [], roles: [id] };
}

/** The body of Execute Webhook (https://docs.discord.com/developers/resources/webhook#execute-webhook). */
interface DiscordMessage {
  readonly content?: string;
  readonly embeds: readonly DiscordEmbed[];
  readonly allowed_mentions: AllowedMentions;
}

/** A card below a message. */
interface DiscordEmbed {
  readonly title: string;
  readonly description: string;
  readonly url?: string;
  readonly color: number;
  readonly timestamp: string;
  readonly footer: { readonly text: string };
}

/** The limits of Discord's documentation, in UTF-16 code units. */
const MAX_TITLE = 256;
const MAX_DESCRIPTION = 4_096;
/** Alerts that are described one by one at most: more fill the screen. */
const MAX_LISTED = 10;
const COLOURS: Readonly<Record<Tone, number>> = {
  critical: 0xd32f2f,
  warning: 0xe69100,
  info: 0x3178c6,
  resolved: 0x2e8540,
  acknowledged: 0x757575,
  test: 0x757575,
};
const STYLE: WordStyle = { text: escapeMarkdown, instant: discordTime };

/**
 * Writes a notification for Discord. Instants appear in the reader's time zone, and no name can mention users.
 * @param mention the mention of critical alerts, such as `<@&165511591545143296>`
 * @param now milliseconds since the epoch
 */
function discordMessage(
  notification: Notification,
  mention: string | undefined,
  now: number,
): DiscordMessage {
  return fitAlerts(
    MAX_LISTED,
    (maxListed) => write(notification, notificationWords(notification, maxListed, now), mention),
    ({ embeds }) => embeds.every(({ description }) => description.length <= MAX_DESCRIPTION),
  );
}

function write(
  notification: Notification,
  words: NotificationWords,
  mention: string | undefined,
): DiscordMessage {
  const url = overviewUrl(notification.pageUrl);
  const calls = mention !== undefined && words.tone === 'critical';
  return {
    ...(calls && { content: mention }),
    embeds: [
      {
        // A title is no Markdown link target, but emphasis and mentions work in it.
        title: cutText(renderWords(words.title, STYLE), MAX_TITLE),
        description: cutText(paragraphs(words, notification.pageUrl).join('\n\n'), MAX_DESCRIPTION),
        ...(url !== undefined && { url }),
        color: COLOURS[words.tone],
        timestamp: rfc3339(notification.at),
        footer: { text: 'Headroom' },
      },
    ],
    allowed_mentions: allowedMentions(calls ? mention : undefined),
  };
}

function paragraphs({ tone, note, comment, listed, more }: NotificationWords, pageUrl: string): string[] {
  const isAlone = listed.length === 1 && more === 0;
  const [first] = listed;
  const isOpen = isAlone && tone !== 'resolved';
  const runbook = first && isOpen ? runbookUrl(first.alert, pageUrl) : undefined;
  return [
    renderWords(note, STYLE),
    comment === undefined ? '' : `> ${escapeMarkdown(comment)}`,
    ...listed.map(({ words: { headline, details, advice } }) => {
      const sentences = details.map((words) => renderWords(words, STYLE)).filter(Boolean);
      if (!isAlone) return [`**${renderWords(headline, STYLE)}**`, sentences.join(' ')].join('\n');
      return [sentences.join('\n'), advice && adviceText(advice)].filter(Boolean).join('\n\n');
    }),
    more > 0 ? `And ${more} more.` : '',
    runbook === undefined ? '' : `[Runbook](<${runbook}>)`,
  ].filter(Boolean);
}

function adviceText(advice: Words): string {
  return `**What to do now:** ${escapeMarkdown(plainText(advice))}`;
}

/** Escapes every character that can begin Discord's Markdown, mentions, links or timestamps. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\*_~`|<>#@:[\]()-]/g, '\\$&');
}

/** Writes a timestamp that each reader sees in their own time zone (Discord's "Message Formatting"). */
function discordTime(at: number, withDate: boolean): string {
  return `<t:${Math.floor(at / 1_000)}:${withDate ? 'f' : 't'}>`;
}

/** Creates a channel that posts into a Discord channel through its webhook. */
export function createDiscordChannel(
  target: Extract<ReceiverTarget, { kind: 'discord' }>,
  { post, clock }: ChannelPorts,
): Channel {
  return {
    async send(notification, signal) {
      const url = waiting(await target.webhookUrl());
      const body = JSON.stringify(discordMessage(notification, target.mention, clock.now()));
      return receiptOf(await post({ url, body }, signal));
    },
  };
}

/**
 * Adds `wait` to the URL. Without it Discord answers before it has checked the message, and never reports an
 * error.
 */
function waiting(url: Secret): Secret {
  const text = url.reveal().trim();
  if (!URL.canParse(text)) return url;
  const parsed = new URL(text);
  parsed.searchParams.set('wait', 'true');
  return new Secret(parsed.href);
}
