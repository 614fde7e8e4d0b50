import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONDITIONS } from '../../../src/domain/alerts/rules/alert-rule.ts';
import type { SlackMessage } from '../../../src/notify/slack/block-kit.ts';
import { slackMessage, slackReply } from '../../../src/notify/slack/slack-message.ts';
import { hostileNotification } from '../../domain/alerts/hostile-notification.ts';
import { after, alertOf, NOW, notificationOf } from '../../domain/alerts/sample-alerts.ts';
import { faultOf } from './check-message.ts';
import { MESSAGES } from './sample-messages.ts';

/** A message as text: blocks from top to bottom, `|` where the bar of colour is. */
function show({ blocks, attachments }: SlackMessage): string {
  const lines = (all: SlackMessage['blocks'], bar: string) =>
    all.flatMap((block) => textsOf(block).flatMap((text) => text.split('\n').map((line) => `${bar}${line}`)));
  return [
    ...lines(blocks, ''),
    ...attachments.flatMap((each) => lines(each.blocks, `${each.color} | `)),
  ].join('\n');
}

function textsOf(block: SlackMessage['blocks'][number]): string[] {
  switch (block.type) {
    case 'header':
      return [`# ${block.text.text}`];
    case 'section': {
      const { text, fields = [], accessory } = block;
      const button = accessory ? [`[${accessory.text.text}](${accessory.url})`] : [];
      return [
        ...(text ? [text.text] : []),
        ...fields.map((field) => field.text.replace('\n', ': ')),
        ...button,
      ];
    }
    case 'context':
      return block.elements.map(({ text }) => `(${text})`);
    case 'actions':
      return block.elements.map(({ text, url }) => `[${text.text}](${url})`);
  }
}

describe('slackMessage() shows', () => {
  for (const [name, notification] of Object.entries(MESSAGES)) {
    test(name, () => {
      const message = slackMessage(notification, '<!here>', notification.at);
      expect(faultOf({ ...message })).toBeUndefined();
      expect(show(message)).toMatchSnapshot();
      expect(message.text).toMatchSnapshot('in plain text');
    });
  }
});

describe('slackReply() shows', () => {
  for (const transition of ['fire', 'repeat', 'acknowledge', 'resolve'] as const) {
    test(transition, () => {
      const { acknowledged, resolved } = MESSAGES;
      const one =
        transition === 'acknowledge' ? acknowledged : transition === 'resolve' ? resolved : undefined;
      const reply = slackReply({ ...notificationOf(), ...one, transition }, '<!here>', after(42));
      expect(faultOf({ ...reply })).toBeUndefined();
      expect(show(reply)).toMatchSnapshot();
    });
  }
});

test('slackMessage() calls people for what is critical, and for nothing else', () => {
  const calls = (notification = notificationOf(), mention = '<!here>') =>
    JSON.stringify(slackMessage(notification, mention, NOW).blocks).includes('<!here>');
  expect(calls()).toBe(true);
  expect(calls(MESSAGES.low)).toBe(false);
  expect(calls(MESSAGES.resolved)).toBe(false);
  expect(calls(MESSAGES.acknowledged)).toBe(false);
});

test('slackMessage() starts its plain text with the reason of an acknowledgement', () => {
  const { text } = slackMessage({ ...notificationOf(), ...MESSAGES.acknowledged }, undefined, NOW);
  expect(text).toMatch(/Ada works on it\..* “Moving the nightly scans to the mirror” 0 of 100 pulls/);
});

test('slackMessage() shows a mention that is none as text', () => {
  const { blocks } = slackMessage(notificationOf(), '@here <script>', NOW);
  expect(JSON.stringify(blocks)).toContain('@here &lt;script&gt;');
});

test('slackMessage() and slackReply() cut what would be too long, however much of it has to be escaped', () => {
  const credentials = Array.from({ length: 30 }, () => '&'.repeat(255));
  const meaning = '<'.repeat(500);
  const trouble = { reason: 'abuse', meaning, advice: meaning };
  const source = { value: '&'.repeat(255), kind: 'account' } as const;
  for (const when of CONDITIONS) {
    const alert = alertOf({ when, credentials, subject: { kind: 'bucket', key: 'k', source } }, { trouble });
    for (const alerts of [[alert], [alert, alert]]) {
      const notification = notificationOf({ alerts });
      expect(faultOf({ ...slackMessage(notification, undefined, NOW) })).toBeUndefined();
      expect(faultOf({ ...slackReply(notification, undefined, NOW) })).toBeUndefined();
    }
  }
});

test('slackMessage() leaves out links that are no web addresses, or too long', () => {
  const message = slackMessage(
    notificationOf({
      pageUrl: 'localhost',
      alerts: [alertOf({ runbookUrl: `https://example.com/${'x'.repeat(3_000)}` })],
    }),
    undefined,
    NOW,
  );
  expect(faultOf({ ...message })).toBeUndefined();
  expect(JSON.stringify(message)).not.toContain('"url"');
});

test('slackMessage() and slackReply() are within Slack’s limits and without commands of others, whatever others call themselves', () => {
  fc.assert(
    fc.property(hostileNotification, (notification) => {
      for (const message of [
        slackMessage(notification, undefined, NOW),
        slackReply(notification, undefined, NOW),
      ]) {
        expect(faultOf({ ...message })).toBeUndefined();
        expect(JSON.stringify(message)).not.toMatch(/<!(?!date)|<@|[\u202A-\u202E\u200E\u200F]/);
      }
    }),
    { numRuns: 60 },
  );
});
