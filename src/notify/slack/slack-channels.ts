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

/** A message in Slack, as later calls name it. */
interface SlackThread {
  /** The id of the channel, which stays when it is renamed. */
  readonly channel: string;
  /** The message's timestamp, which is its identity within the channel. */
  readonly ts: string;
}

const FORM = /^([A-Z0-9]{1,40})\/(\d{1,20}\.\d{1,20})$/;

/** Writes a thread as the handle that is kept for it: `C024BE91L/1401383885.000061`. */
function formatThread({ channel, ts }: SlackThread): string {
  return `${channel}/${ts}`;
}

/** Reads a handle; undefined where there is none, or it is another channel's. */
function parseThread(handle: string | undefined): SlackThread | undefined {
  const [, channel, ts] = FORM.exec(handle ?? '') ?? [];
  return channel !== undefined && ts !== undefined ? { channel, ts } : undefined;
}

type BotTarget = Extract<ReceiverTarget, { kind: 'slack_bot' }>;

/** What every message asks for: the links in it speak for themselves. */
const QUIET_LINKS = { unfurl_links: false, unfurl_media: false } as const;

/**
 * Tells a Slack channel as a bot. A group of alerts is one message: it is rewritten to say how things stand, and what
 * happens to it is told in its thread.
 */
export function createSlackBotChannel(target: BotTarget, { post, clock }: ChannelPorts): Channel {
  return {
    async send(notification, signal) {
      const call = createWebApi(target.apiUrl, await target.token(), post);
      const told = { notification, mention: target.mention, now: clock.now() };
      const thread = parseThread(notification.thread);
      if (!thread) return postMessage(call, target.channel, told, signal);
      const receipt = await continueThread(call, thread, told, signal);
      return receipt ?? postMessage(call, target.channel, told, signal);
    },
  };
}

interface SlackContext {
  readonly notification: Notification;
  readonly mention: string | undefined;
  readonly now: number;
}

/** Posts a message of its own. */
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
 * Rewrites the message and replies to it. Should the reply fail, the next attempt rewrites it once more, which shows
 * nothing twice.
 * @returns undefined when the message is gone
 */
async function continueThread(
  call: CallSlack,
  thread: SlackThread,
  { notification, mention, now }: SlackContext,
  signal: AbortSignal,
): Promise<Receipt | undefined> {
  if (coversGroup(notification)) {
    // Without the mention: whoever it calls was called when it was posted, or is by the reply.
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

/** Whether the message may be rewritten by what is told now: else it would no longer name the others of its group. */
function coversGroup({ stillFiring = 0 }: Notification): boolean {
  return stillFiring === 0;
}

/** What wants attention is shown in the channel, too: a thread is read by those who follow it. */
function isBroadcast({ transition }: Notification): boolean {
  return transition === 'fire' || transition === 'repeat';
}

/** How Slack writes an error; a page of a proxy looks otherwise. */
const ERROR_TEXT = /^[a-z][a-z0-9_]{1,60}$/;

/**
 * Tells a Slack channel by an incoming webhook. It gives back no handle on a message, so that each transition is a message
 * of its own. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
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

/** A webhook has taken a message when it answers `ok`, and nothing else. */
function webhookReceiptOf(answer: PostAnswer): Receipt {
  if (answer.kind === 'unanswered') return receiptOf(answer);
  const said = answer.body.trim();
  const isError = ERROR_TEXT.test(said) && said !== 'ok';
  const reason = describeAnswer(answer, isError ? describeSlackError(said) : said);
  if (answer.status === 200 && said !== 'ok') {
    // A page of a proxy or a captive portal comes with a 200, too, and goes away again.
    return { kind: isError && !isPassing(said) ? 'refused' : 'retry', reason };
  }
  const receipt = receiptOf(answer);
  return receipt.kind === 'delivered' ? receipt : { ...receipt, reason };
}
