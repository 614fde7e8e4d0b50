import { expect, test } from 'vitest';
import { Secret } from '../../../src/kit/secret.ts';
import type { Channel, ChannelPorts } from '../../../src/notify/channel.ts';
import {
  createSlackBotChannel,
  createSlackWebhookChannel,
} from '../../../src/notify/slack/slack-channels.ts';
import { loadScenario } from '../../../src/simulator/scenario/load-scenario.ts';
import { foreseeRecording } from '../../alerts/replay/foresee-recording.ts';
import { recordScenario } from '../../alerts/replay/record-scenario.ts';
import { type Delivered, replay } from '../../alerts/replay/replay.ts';
import { BOT_TOKEN, CHANNEL, createSlackStandIn, postToStandIn, WEBHOOK_PATH } from './slack-stand-in.ts';

const MINUTE_MS = 60_000;
const MENTION = '<!here>';

function webhook(tools: ChannelPorts): Channel {
  const webhookUrl = async () => new Secret(`https://hooks.slack.com${WEBHOOK_PATH}`);
  return createSlackWebhookChannel({ kind: 'slack', webhookUrl, mention: MENTION }, tools);
}

function bot(tools: ChannelPorts): Channel {
  return createSlackBotChannel(
    {
      kind: 'slack_bot',
      token: async () => new Secret(BOT_TOKEN),
      channel: CHANNEL.name,
      mention: MENTION,
      apiUrl: 'https://slack.com/api',
    },
    tools,
  );
}

/** Sends what was decided, each message into the thread of its group, and gives what the channel then shows. */
async function send(delivered: readonly Delivered[], open: (tools: ChannelPorts) => Channel) {
  let now = 0;
  const slack = createSlackStandIn(() => now);
  const channel = open({ post: postToStandIn(slack), clock: { now: () => now } });
  const threads = new Map<string, string | undefined>();
  for (const { at, notification } of delivered) {
    now = at;
    const thread = threads.get(notification.groupKey);
    const receipt = await channel.send({ ...notification, thread }, new AbortController().signal);
    expect(receipt).toMatchObject({ kind: 'delivered' });
    if (receipt.kind === 'delivered') threads.set(notification.groupKey, receipt.thread);
  }
  expect(slack.refused).toEqual([]);
  return slack.posted;
}

test.each(['six-clusters', 'shorter-window'])(
  'Slack takes everything that the scenario %s sends',
  async (name) => {
    const recording = recordScenario(await loadScenario(name));
    const delivered = replay(recording, foreseeRecording(recording, MINUTE_MS));

    const byWebhook = await send(delivered, webhook);
    const byBot = await send(delivered, bot);

    expect(byWebhook).toHaveLength(delivered.length);
    const groups = new Set(delivered.map(({ notification }) => notification.groupKey));
    expect(byBot.filter(({ threadTs }) => threadTs === undefined)).toHaveLength(groups.size);
    expect(byBot).toHaveLength(delivered.length);
  },
  // Two forecasts of half a day each: slow beside other tests.
  60_000,
);
