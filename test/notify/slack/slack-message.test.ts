import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../../src/domain/alerts/alert.ts';
import { CONDITIONS } from '../../../src/domain/alerts/alert-rule.ts';
import type { Transition } from '../../../src/domain/alerts/notification.ts';
import type { SlackMessage } from '../../../src/notify/slack/block-kit.ts';
import { slackMessage, slackReply } from '../../../src/notify/slack/slack-message.ts';
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

test('slackMessage() shows a mention that is none as text', () => {
  const { blocks } = slackMessage(notificationOf(), '@here <script>', NOW);
  expect(JSON.stringify(blocks)).toContain('@here &lt;script&gt;');
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

/** Text that wants to be a command, to break out, or to turn the line around. */
const HOSTILE = [
  '<!channel>',
  '<@U012AB3CD>',
  '<https://evil.example|click here>',
  '&lt;!here&gt;',
  '`code` *bold* _it_ ~no~',
  '\u202Eenil siht',
  '\u200F',
  '\n# header\n> quote',
  '"\\"}]',
  '{"type":"x"}',
  '👩‍👩‍👧‍👦',
  `Z${'\u0351'.repeat(200)}`,
  'מאגר',
  ':rotating_light:',
  '\uD800',
  '&'.repeat(255),
  '',
];
const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 40 })), {
    maxLength: 12,
  })
  .map((pieces) => pieces.join(''));

const hostileAlert: fc.Arbitrary<Alert> = fc
  .record({
    when: fc.constantFrom(...CONDITIONS),
    state: fc.constantFrom('firing' as const, 'resolved' as const),
    resolution: fc.constantFrom('recovered' as const, 'removed' as const),
    credentials: fc.array(hostileText, { minLength: 1, maxLength: 30 }),
    source: hostileText,
    rule: hostileText,
    advice: hostileText,
    remaining: fc.option(fc.maxSafeInteger(), { nil: undefined }),
    forecast: fc.constantFrom(undefined, alertOf().facts.forecast),
    kind: fc.constantFrom('bucket' as const, 'credential' as const),
  })
  .map(({ source, advice, remaining, forecast, kind, state, resolution, ...rest }) =>
    alertOf(
      {
        ...rest,
        state,
        ...(state === 'resolved' && { resolvedAt: after(5), resolution }),
        subject: { kind, key: 'k', source: { value: source, kind: 'account' } },
      },
      { remaining, forecast, trouble: { reason: 'timeout', meaning: advice, advice } },
    ),
  );

const hostileNotification = fc
  .record({
    alerts: fc.array(hostileAlert, { minLength: 1, maxLength: 30 }),
    transition: fc.constantFrom<Transition[]>('fire', 'repeat', 'resolve', 'acknowledge'),
    truncatedAlerts: fc.nat({ max: 1_000 }),
    author: hostileText,
    comment: hostileText,
  })
  .map(({ author, comment, ...rest }) =>
    notificationOf({
      ...rest,
      silence: {
        id: 's',
        kind: 'acknowledgement',
        subjectKey: 'k',
        rule: undefined,
        author,
        comment,
        startsAt: NOW,
        endsAt: after(60),
      },
    }),
  );

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
