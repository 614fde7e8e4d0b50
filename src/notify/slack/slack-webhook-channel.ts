import type { ReceiverTarget } from '../../domain/alerts/delivery/receiver.ts';
import type { Channel, Receipt } from '../channel.ts';
import type { ChannelTools } from '../channel-tools.ts';
import { describeAnswer, judgeAnswer } from '../judge-answer.ts';
import type { PostAnswer } from '../post.ts';
import { describeSlackError, isPassing } from './slack-error.ts';
import { slackMessage } from './slack-message.ts';

/** How Slack writes an error; a page of a proxy looks otherwise. */
const ERROR_TEXT = /^[a-z][a-z0-9_]{1,60}$/;

/**
 * Tells a Slack channel by an incoming webhook. It gives back no handle on a message, so that each transition is a message
 * of its own. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export function createSlackWebhookChannel(
  { webhookUrl, mention }: Extract<ReceiverTarget, { kind: 'slack' }>,
  { post, clock }: ChannelTools,
): Channel {
  return {
    async send(notification, signal) {
      const url = await webhookUrl();
      const body = JSON.stringify(slackMessage(notification, mention, clock.now()));
      return judgeWebhookAnswer(await post({ url, body }, signal));
    },
  };
}

/** A webhook has taken a message when it answers `ok`, and nothing else. */
function judgeWebhookAnswer(answer: PostAnswer): Receipt {
  if (answer.kind === 'unanswered') return judgeAnswer(answer);
  const said = answer.body.trim();
  const isError = ERROR_TEXT.test(said) && said !== 'ok';
  const reason = describeAnswer(answer, isError ? describeSlackError(said) : said);
  if (answer.status === 200 && said !== 'ok') {
    // A page of a proxy or a captive portal comes with a 200, too, and goes away again.
    return { kind: isError && !isPassing(said) ? 'refused' : 'retry', reason };
  }
  const receipt = judgeAnswer(answer);
  return receipt.kind === 'delivered' ? receipt : { ...receipt, reason };
}
