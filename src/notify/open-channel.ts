import type { ReceiverTarget } from '../domain/alerts/delivery/receiver.ts';
import { createAlertmanagerChannel } from './alertmanager/alertmanager-channel.ts';
import type { Channel } from './channel.ts';
import type { ChannelTools } from './channel-tools.ts';
import { createDiscordChannel } from './discord/discord-channel.ts';
import { createNtfyChannel } from './ntfy/ntfy-channel.ts';
import { createPagerdutyChannel } from './pagerduty/pagerduty-channel.ts';
import { createSlackBotChannel } from './slack/slack-bot-channel.ts';
import { createSlackWebhookChannel } from './slack/slack-webhook-channel.ts';
import { createTeamsChannel } from './teams/teams-channel.ts';
import { createWebhookChannel } from './webhook/webhook-channel.ts';

/** Opens the channel to a receiver. Nothing is sent yet. A new kind of receiver is a folder and a line here. */
export function openChannel(target: ReceiverTarget, tools: ChannelTools): Channel {
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
