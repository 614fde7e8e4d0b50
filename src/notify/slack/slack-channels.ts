import type { Notification } from '../../domain/alerts/delivery/notification.ts';
import type { ReceiverTarget } from '../../domain/alerts/delivery/receiver.ts';
import { type Channel, type ChannelPorts, describeAnswer, type Receipt, receiptOf } from '../channel.ts';
import type { PostAnswer } from '../http-post.ts';
import { slackMessage, slackReply } from './slack-message.ts';
import {
  type ApiAnswer,
  type CallSlack,
  createWebApi,
  describeSlackError,
  isGone,
  isPassing,
} from './web-api.ts';

/** The identity of a message in Slack. */
interface SlackThread {
  /** The id of the channel, which stays the same when the channel is renamed. */
  readonly channel: string;
  /** The message's timestamp, which identifies it within the channel. */
  readonly ts: string;
}

const FORM = /^([A-Z0-9]{1,40})\/(\d{1,20}\.\d{1,20})$/;

/** Writes a thread as the handle that is stored: `C024BE91L/1401383885.000061`. */
function formatThread({ channel, ts }: SlackThread): string {
  return `${channel}/${ts}`;
}

/** Parses a handle; undefined if there is none, or it belongs to another kind of receiver. */
function parseThread(handle: string | undefined): SlackThread | undefined {
  const [, channel, ts] = FORM.exec(handle ?? '') ?? [];
  return channel !== undefined && ts !== undefined ? { channel, ts } : undefined;
}

type BotTarget = Extract<ReceiverTarget, { kind: 'slack_bot' }>;

/** Disables the previews of links. */
const QUIET_LINKS = { unfurl_links: false, unfurl_media: false } as const;

/**
 * Creates a channel that posts to Slack as a bot. A group of alerts is one message: it is updated to show the
 * current state, and each change is a reply in its thread.
 */
export function createSlackBotChannel(target: BotTarget, { post, clock }: ChannelPorts): Channel {
  return {
    async send(notification, signal) {
      const call = createWebApi(target.apiUrl, await target.token(), post);
      const message = { notification, mention: target.mention, now: clock.now() };
      const thread = parseThread(notification.thread);
      if (!thread) return postMessage(call, target.channel, message, signal);
      const receipt = await continueThread(call, thread, message, signal);
      return receipt ?? postMessage(call, target.channel, message, signal);
    },
  };
}

interface SlackContext {
  readonly notification: Notification;
  readonly mention: string | undefined;
  readonly now: number;
}

/** Posts a new message. */
async function postMessage(
  call: CallSlack,
  channel: string,
  { notification, mention, now }: SlackContext,
  signal: AbortSignal,
): Promise<Receipt> {
  const message = slackMessage(notification, mention, now);
  const posted = await call('chat.postMessage', { channel, ...message, ...QUIET_LINKS }, signal);
  if (posted.kind === 'not-ok') return posted.receipt;
  return { kind: 'delivered', thread: formatThread(posted), answer: posted.answer };
}

/**
 * Updates the message and replies to it. If the reply fails, the next attempt updates it again, which shows
 * nothing twice.
 * @returns undefined if the message has been deleted
 */
async function continueThread(
  call: CallSlack,
  thread: SlackThread,
  { notification, mention, now }: SlackContext,
  signal: AbortSignal,
): Promise<Receipt | undefined> {
  if (coversGroup(notification)) {
    // Without the mention: it was sent with the first message, or is sent with the reply.
    const current = slackMessage(notification, undefined, now);
    const updated = await call('chat.update', { ...thread, ...current }, signal);
    if (updated.kind === 'not-ok') return failed(updated);
  }
  const reply = slackReply(notification, mention, now);
  const replied = await call(
    'chat.postMessage',
    {
      channel: thread.channel,
      thread_ts: thread.ts,
      reply_broadcast: isBroadcast(notification),
      ...reply,
      ...QUIET_LINKS,
    },
    signal,
  );
  if (replied.kind === 'not-ok') return failed(replied);
  return { kind: 'delivered', thread: formatThread(thread), answer: replied.answer };
}

function failed({ error, receipt }: Extract<ApiAnswer, { kind: 'not-ok' }>): Receipt | undefined {
  return error !== undefined && isGone(error) ? undefined : receipt;
}

/** Reports whether the message may be updated: otherwise it would no longer name the other alerts of its group. */
function coversGroup({ stillFiring = 0 }: Notification): boolean {
  return stillFiring === 0;
}

/** Reports whether the reply is shown in the channel too: few people read a thread. */
function isBroadcast({ transition }: Notification): boolean {
  return transition === 'fire' || transition === 'repeat';
}

/** The form of Slack's error texts; the page of a proxy looks different. */
const ERROR_TEXT = /^[a-z][a-z0-9_]{1,60}$/;

/**
 * Creates a channel that posts to Slack through an incoming webhook. It returns no handle of a message, so that
 * each change is a new message. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export function createSlackWebhookChannel(
  { webhookUrl, mention }: Extract<ReceiverTarget, { kind: 'slack' }>,
  { post, clock }: ChannelPorts,
): Channel {
  return {
    async send(notification, signal) {
      const url = await webhookUrl();
      const body = JSON.stringify(slackMessage(notification, mention, clock.now()));
      return webhookReceiptOf(await post({ url, body }, signal));
    },
  };
}

/** Returns the result of an attempt: a webhook has accepted a message only if it answers `ok`. */
function webhookReceiptOf(answer: PostAnswer): Receipt {
  if (answer.kind === 'unanswered') return receiptOf(answer);
  const said = answer.body.trim();
  const isError = ERROR_TEXT.test(said) && said !== 'ok';
  const reason = describeAnswer(answer, isError ? describeSlackError(said) : said);
  if (answer.status === 200 && said !== 'ok') {
    // The page of a proxy or a captive portal has status 200 too, and is temporary.
    return { kind: isError && !isPassing(said) ? 'refused' : 'retry', reason };
  }
  const receipt = receiptOf(answer);
  return receipt.kind === 'delivered' ? receipt : { ...receipt, reason };
}
