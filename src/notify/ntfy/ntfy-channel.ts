import type { ReceiverTarget } from '../../domain/alerts/delivery/receiver.ts';
import { Secret } from '../../kit/secret.ts';
import type { Channel } from '../channel.ts';
import type { ChannelTools } from '../channel-tools.ts';
import { judgeAnswer } from '../judge-answer.ts';
import { ntfyMessage } from './ntfy-message.ts';

/** Publishes to a topic of ntfy. Whoever knows an open topic can read it, so that its name is a secret. */
export function createNtfyChannel(
  target: Extract<ReceiverTarget, { kind: 'ntfy' }>,
  { post, clock }: ChannelTools,
): Channel {
  const url = new Secret(target.url);
  return {
    async send(notification, signal) {
      const [topic, token] = await Promise.all([target.topic(), target.token?.()]);
      const body = JSON.stringify({ topic: topic.reveal(), ...ntfyMessage(notification, clock.now()) });
      const headers = token && { authorization: new Secret(`Bearer ${token.reveal()}`) };
      const answer = await post({ url, ...(headers && { headers }), body, secrets: [topic] }, signal);
      return judgeAnswer(answer);
    },
  };
}
