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
 * The least time from one message to the next, in milliseconds. Slack asks for one message a second
 * (https://docs.slack.dev/apis/web-api/rate-limits), Teams for four requests a second at most, Discord for 30 messages a
 * minute and channel, ntfy lets 60 pass and then one in 5 s, PagerDuty takes 120 events a minute: who is over is told to
 * wait, and does. Own servers are told at once.
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

/** Opens the channel to a receiver. Nothing is sent yet. A new kind of receiver is a folder and a line here. */
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
