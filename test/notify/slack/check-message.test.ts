import { expect, test } from 'vitest';
import { faultOf, type Json } from './check-message.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
const button = (text: string, url: string) => ({ type: 'button', text: plain(text), url });
const blocks = (...all: Json[]) => ({ text: 'fallback', blocks: all });
const attachment = (color: string) => ({ text: 'x', attachments: [{ color, blocks: [section('x')] }] });

/** Messages that Slack refuses, and its text. */
const REFUSED: [string, Json, string][] = [
  ['no text', { blocks: [section('x')] }, 'no_text'],
  ['a long text', { text: 'x'.repeat(4_001) }, 'msg_too_long'],
  ['51 blocks', blocks(...Array<Json>(51).fill(section('x'))), 'invalid_blocks'],
  ['an empty section', blocks(section('')), 'invalid_blocks'],
  ['a long section', blocks(section('x'.repeat(3_001))), 'invalid_blocks'],
  ['11 fields', blocks({ type: 'section', fields: Array(11).fill(mrkdwn('x')) }), 'invalid_blocks'],
  ['a long field', blocks({ type: 'section', fields: [mrkdwn('x'.repeat(2_001))] }), 'invalid_blocks'],
  ['a long header', blocks({ type: 'header', text: plain('x'.repeat(151)) }), 'invalid_blocks'],
  ['markup in a header', blocks({ type: 'header', text: mrkdwn('x') }), 'invalid_blocks'],
  ['11 elements', blocks({ type: 'context', elements: Array(11).fill(mrkdwn('x')) }), 'invalid_blocks'],
  ['no elements', blocks({ type: 'actions', elements: [] }), 'invalid_blocks'],
  [
    'a long button',
    blocks({ type: 'actions', elements: [button('x'.repeat(76), 'https://a.b')] }),
    'invalid_blocks',
  ],
  [
    'a button to nowhere',
    blocks({ type: 'actions', elements: [button('x', 'localhost')] }),
    'invalid_blocks',
  ],
  [
    'a long address',
    blocks({ type: 'actions', elements: [button('x', `https://a.b/${'x'.repeat(3_000)}`)] }),
    'invalid_blocks',
  ],
  ['an unknown block', blocks({ type: 'marquee', text: plain('x') }), 'invalid_blocks'],
  ['an unknown field', blocks({ ...section('x'), bold: true }), 'invalid_blocks'],
  ['an unknown colour', attachment('reddish'), 'invalid_attachments'],
  ['text that was not escaped', blocks(section('a < b')), 'invalid_blocks'],
  ['13,000 characters', blocks(...Array<Json>(5).fill(section('x'.repeat(2_900)))), 'msg_blocks_too_long'],
];

test.each(REFUSED)('faultOf() refuses %s', (_, message, error) => {
  expect(faultOf(message)?.error).toBe(error);
});

test('faultOf() accepts what is documented', () => {
  const message = blocks(
    { type: 'header', text: plain('x'.repeat(150)) },
    section(
      '*a* &amp; <!date^1732414460^{date_short_pretty} at {time}|02:14 UTC> <!here> <https://a.b|c> <@U01>',
    ),
    { type: 'divider' },
    { type: 'actions', elements: [button('x'.repeat(75), 'https://a.b')] },
  );
  expect(faultOf(message)).toBeUndefined();
  expect(faultOf(attachment('#cc1c3f'))).toBeUndefined();
});
