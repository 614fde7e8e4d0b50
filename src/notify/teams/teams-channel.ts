import type { ReceiverTarget } from '../../domain/alerts/delivery/receiver.ts';
import type { Channel } from '../channel.ts';
import type { ChannelTools } from '../channel-tools.ts';
import { describeAnswer, judgeAnswer } from '../judge-answer.ts';
import { teamsMessage } from './teams-card.ts';

/** How the older connectors say with 200 that Teams itself did not take the message. */
const NOT_DELIVERED = /delivery failed/i;

/** Posts into a channel or chat of Microsoft Teams by a workflow's webhook. */
export function createTeamsChannel(
  target: Extract<ReceiverTarget, { kind: 'teams' }>,
  { post, clock }: ChannelTools,
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
      return judgeAnswer(answer);
    },
  };
}
