import type { Notification } from '../domain/alerts/delivery/notification.ts';
import type { ReceiverTarget } from '../domain/alerts/delivery/receiver.ts';
import { overviewUrl, runbookUrl, subjectUrl } from '../domain/alerts/wording/links.ts';
import {
  type NotificationWords,
  notificationWords,
  type Tone,
} from '../domain/alerts/wording/notification-text.ts';
import { plainText } from '../domain/alerts/wording/words.ts';
import { cutText } from '../kit/foreign-text.ts';
import { Secret } from '../kit/secret.ts';
import { type Channel, type ChannelPorts, receiptOf } from './channel.ts';
import { byteLength, cutBytes, fitAlerts } from './payload.ts';

/** A message without its topic (https://docs.ntfy.sh/publish/#publish-as-json). */
interface NtfyMessage {
  readonly title: string;
  readonly message: string;
  /** 1 to 5; 5 rings until the user reacts. */
  readonly priority: number;
  /** Names of emoji, shown before the title. */
  readonly tags: readonly string[];
  /** The URL that a tap opens. */
  readonly click?: string;
  readonly actions: readonly { readonly action: 'view'; readonly label: string; readonly url: string }[];
}

/** ntfy's limit of a message, in bytes; a longer one would become an attachment. */
const MAX_MESSAGE_BYTES = 4_096;
/** The longest title, in UTF-16 code units: telephones show no more. */
const MAX_TITLE = 200;
const MAX_LISTED = 10;
const LOOKS: Readonly<Record<Tone, Pick<NtfyMessage, 'priority' | 'tags'>>> = {
  critical: { priority: 5, tags: ['rotating_light'] },
  warning: { priority: 4, tags: ['warning'] },
  info: { priority: 3, tags: ['information_source'] },
  resolved: { priority: 3, tags: ['white_check_mark'] },
  acknowledged: { priority: 2, tags: ['ok_hand'] },
  test: { priority: 3, tags: [] },
};

/**
 * Writes a notification for ntfy: plain text, instants in UTC.
 * @param now milliseconds since the epoch
 */
function ntfyMessage(notification: Notification, now: number): NtfyMessage {
  return fitAlerts(
    MAX_LISTED,
    (maxListed) => write(notification, notificationWords(notification, maxListed, now)),
    ({ message }) => byteLength(message) < MAX_MESSAGE_BYTES,
  );
}

function write({ pageUrl }: Notification, words: NotificationWords): NtfyMessage {
  const { tone, listed, more } = words;
  const [first] = listed;
  const isAlone = listed.length === 1 && more === 0;
  const click = first && isAlone ? subjectUrl(first.alert, pageUrl) : overviewUrl(pageUrl);
  const isOpen = isAlone && tone !== 'resolved';
  const runbook = first && isOpen ? runbookUrl(first.alert, pageUrl) : undefined;
  return {
    title: cutText(plainText(words.title), MAX_TITLE),
    message: cutBytes(linesOf(words, isAlone).join('\n'), MAX_MESSAGE_BYTES),
    ...LOOKS[tone],
    ...(click !== undefined && { click }),
    actions: runbook === undefined ? [] : [{ action: 'view', label: 'Runbook', url: runbook }],
  };
}

function linesOf({ note, comment, listed, more }: NotificationWords, isAlone: boolean): string[] {
  return [
    plainText(note),
    comment === undefined ? '' : `"${comment}"`,
    ...listed.map(({ words: { headline, details, advice } }) => {
      const sentences = details.map(plainText).filter(Boolean);
      if (!isAlone) return `• ${plainText(headline)}. ${sentences.join(' ')}`;
      return [...sentences, plainText(advice)].filter(Boolean).join('\n');
    }),
    more > 0 ? `And ${more} more.` : '',
  ].filter(Boolean);
}

/**
 * Creates a channel that publishes to a topic of ntfy. The topic is a secret: an open topic can be read by its
 * name.
 */
export function createNtfyChannel(
  target: Extract<ReceiverTarget, { kind: 'ntfy' }>,
  { post, clock }: ChannelPorts,
): Channel {
  const url = new Secret(target.url);
  return {
    async send(notification, signal) {
      const [topic, token] = await Promise.all([target.topic(), target.token?.()]);
      const body = JSON.stringify({ topic: topic.reveal(), ...ntfyMessage(notification, clock.now()) });
      const headers = token && { authorization: new Secret(`Bearer ${token.reveal()}`) };
      const answer = await post({ url, ...(headers && { headers }), body, secrets: [topic] }, signal);
      return receiptOf(answer);
    },
  };
}
