import { expect, test } from 'vitest';
import { instant, name, range, words } from '../../../src/domain/alerts/wording/words.ts';
import { codeOf, cutMrkdwn, escapeMrkdwn, mentionFor, toMrkdwn } from '../../../src/notify/slack/mrkdwn.ts';
import { after, NOW } from '../../domain/alerts/sample-alerts.ts';

test('toMrkdwn() gives moments as date tokens with UTC for clients that cannot read them', () => {
  expect(toMrkdwn(words`since ${instant(NOW, NOW)}`)).toBe('since <!date^1795486460^{time}|02:14 UTC>');
  expect(toMrkdwn(words`until ${instant(after(2_000), NOW)}`)).toBe(
    'until <!date^1795606460^{date_short_pretty} at {time}|2026-11-25 11:34 UTC>',
  );
  expect(toMrkdwn(words`back ${range(after(1), after(5), 'and', NOW)}`)).toBe(
    'back between <!date^1795486520^{time}|02:15 UTC> and <!date^1795486760^{time}|02:19 UTC>',
  );
});

test('toMrkdwn() shows names as code, in which nothing is markup', () => {
  expect(toMrkdwn(words`for ${name('a*b_c`<!channel>&')}`)).toBe('for `a*b_c’&lt;!channel&gt;&amp;`');
});

test('toMrkdwn() makes links of addresses in advice', () => {
  expect(toMrkdwn(words`See https://www.dockerstatus.com; the next poll tries again.`)).toBe(
    'See <https://www.dockerstatus.com>; the next poll tries again.',
  );
});

test('escapeMrkdwn() escapes three characters and no others', () => {
  expect(escapeMrkdwn(`&<>"'*_~`)).toBe(`&amp;&lt;&gt;"'*_~`);
  expect(codeOf('``')).toBe('`’’`');
});

test('cutMrkdwn() cuts to the length, never within a token, an entity or half a character', () => {
  expect(cutMrkdwn('0123456789', 10)).toBe('0123456789');
  expect(cutMrkdwn('01234567890', 10)).toBe('012345678…');
  expect(cutMrkdwn('until <!date^1795486460^{time}|02:14 UTC>.', 40)).toBe('until…');
  expect(cutMrkdwn('fish &amp; chips', 9)).toBe('fish…');
  expect(cutMrkdwn('0123456😀89', 9)).toBe('0123456…');
});

test.each([
  ['<!here>', ' <!here>'],
  ['<@U012AB3CD> <!subteam^S012AB3CD>', ' <@U012AB3CD> <!subteam^S012AB3CD>'],
  ['<!here> <script>', ' &lt;!here&gt; &lt;script&gt;'],
  ['', ''],
  [undefined, ''],
])('mentionFor() calls by %j with %j', (mention, called) => {
  expect(mentionFor('critical', mention)).toBe(called);
  expect(mentionFor('warning', mention)).toBe('');
});
