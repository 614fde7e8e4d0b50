import type { Notification } from '../../domain/alerts/delivery/notification.ts';
import type { ReceiverTarget } from '../../domain/alerts/delivery/receiver.ts';
import type { Channel, Receipt } from '../channel.ts';
import type { ChannelTools } from '../channel-tools.ts';
import { isGone } from './slack-error.ts';
import { slackMessage, slackReply } from './slack-message.ts';
import { formatThread, parseThread, type SlackThread } from './slack-thread.ts';
import { type ApiAnswer, type CallSlack, createWebApi } from './web-api.ts';

type BotTarget = Extract<ReceiverTarget, { kind: 'slack_bot' }>;

/** What every message asks for: the links in it speak for themselves. */
const QUIET_LINKS = { unfurl_links: false, unfurl_media: false } as const;

/**
 * Tells a Slack channel as a bot. A group of alerts is one message: it is rewritten to say how things stand, and what
 * happens to it is told in its thread.
 */
export function createSlackBotChannel(target: BotTarget, { post, clock }: ChannelTools): Channel {
  return {
    async send(notification, signal) {
      const call = createWebApi(target.apiUrl, await target.token(), post);
      const told = { notification, mention: target.mention, now: clock.now() };
      const thread = parseThread(notification.thread);
      if (!thread) return begin(call, target.channel, told, signal);
      const receipt = await continueThread(call, thread, told, signal);
      return receipt ?? begin(call, target.channel, told, signal);
    },
  };
}

interface Told {
  readonly notification: Notification;
  readonly mention: string | undefined;
  readonly now: number;
}

/** Posts a message of its own. */
async function begin(
  call: CallSlack,
  channel: string,
  { notification, mention, now }: Told,
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
  { notification, mention, now }: Told,
  signal: AbortSignal,
): Promise<Receipt | undefined> {
  if (tellsAll(notification)) {
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
      reply_broadcast: isForEverybody(notification),
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
function tellsAll({ stillFiring = 0 }: Notification): boolean {
  return stillFiring === 0;
}

/** What wants attention is shown in the channel, too: a thread is read by those who follow it. */
function isForEverybody({ transition }: Notification): boolean {
  return transition === 'fire' || transition === 'repeat';
}
