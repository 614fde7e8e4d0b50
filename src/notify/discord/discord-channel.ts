import type { ReceiverTarget } from '../../domain/alerts/delivery/receiver.ts';
import { Secret } from '../../kit/secret.ts';
import type { Channel } from '../channel.ts';
import type { ChannelTools } from '../channel-tools.ts';
import { judgeAnswer } from '../judge-answer.ts';
import { discordMessage } from './discord-message.ts';

/** Writes into a Discord channel by its webhook. */
export function createDiscordChannel(
  target: Extract<ReceiverTarget, { kind: 'discord' }>,
  { post, clock }: ChannelTools,
): Channel {
  return {
    async send(notification, signal) {
      const url = waiting(await target.webhookUrl());
      const body = JSON.stringify(discordMessage(notification, target.mention, clock.now()));
      return judgeAnswer(await post({ url, body }, signal));
    },
  };
}

/** Without `wait` Discord answers before it has looked at the message, and what is wrong with it is never told. */
function waiting(url: Secret): Secret {
  const text = url.reveal().trim();
  if (!URL.canParse(text)) return url;
  const parsed = new URL(text);
  parsed.searchParams.set('wait', 'true');
  return new Secret(parsed.href);
}
