import type { ReceiverTarget } from '../domain/alerts/delivery/receiver.ts';
import { createAlertmanagerChannel } from './alertmanager/alertmanager-channel.ts';
import type { Channel, ChannelPorts } from './channel.ts';
import { createDiscordChannel } from './discord.ts';
import { createNtfyChannel } from './ntfy.ts';
import { createPagerdutyChannel } from './pagerduty.ts';
import { createSlackBotChannel, createSlackWebhookChannel } from './slack/slack-channels.ts';
import { createTeamsChannel } from './teams.ts';
import { createWebhookChannel } from './webhook.ts';

/**
 * The least time between two messages, in milliseconds. Slack accepts one message a second
 * (https://docs.slack.dev/apis/web-api/rate-limits), Teams four requests a second, Discord 30 messages a minute
 * and channel, ntfy 60 at once and then one in 5 s, PagerDuty 120 events a minute; whatever exceeds that gets a
 * 429, which the queue obeys. Own servers need no pause.
 */
export const MIN_INTERVAL_MS: Readonly<Record<ReceiverTarget['kind'], number>> = {
  slack: 1_000,
  slack_bot: 1_000,
  webhook: 0,
  alertmanager: 0,
  pagerduty: 500,
  teams: 1_000,
  discord: 2_000,
  ntfy: 1_000,
};

/** Creates the channel of a receiver. Nothing is sent yet. A new kind of receiver is a file and a line here. */
export function openChannel(target: ReceiverTarget, tools: ChannelPorts): Channel {
  switch (target.kind) {
    case 'slack':
      return createSlackWebhookChannel(target, tools);
    case 'slack_bot':
      return createSlackBotChannel(target, tools);
    case 'webhook':
      return createWebhookChannel(target, tools);
    case 'alertmanager':
      return createAlertmanagerChannel(target, tools);
    case 'pagerduty':
      return createPagerdutyChannel(target, tools);
    case 'teams':
      return createTeamsChannel(target, tools);
    case 'discord':
      return createDiscordChannel(target, tools);
    case 'ntfy':
      return createNtfyChannel(target, tools);
  }
}
