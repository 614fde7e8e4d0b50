import { expect, test } from 'vitest';
import { overviewUrl, runbookUrl, subjectUrl } from '../../../../src/domain/alerts/wording/links.ts';
import { alertOf, HUB } from '../sample-alerts.ts';

const PAGE = 'https://headroom.example.com/docker/';

test('subjectUrl() leads to the page of the first credential, below any prefix', () => {
  const alert = alertOf({ credentials: ['nat b', 'ci'] });
  expect(subjectUrl(alert, PAGE)).toBe('https://headroom.example.com/docker/credentials/nat%20b');
  expect(subjectUrl(alertOf({ subject: HUB }), PAGE)).toBe(PAGE);
  expect(subjectUrl(alertOf({ credentials: ['../../admin\uD800'] }), PAGE)).toBe(
    'https://headroom.example.com/docker/credentials/..%2F..%2Fadmin%EF%BF%BD',
  );
});

test('runbookUrl() leads to the runbook of the rule, or to that of Headroom', () => {
  expect(runbookUrl(alertOf({ runbookUrl: 'https://wiki.example.com/pulls' }), PAGE)).toBe(
    'https://wiki.example.com/pulls',
  );
  expect(runbookUrl(alertOf({ runbookUrl: '/runbooks/RateLimitLow' }), PAGE)).toBe(
    `${PAGE}runbooks/RateLimitLow`,
  );
});

test.each([
  ['an address without a host', 'localhost'],
  ['another protocol', 'javascript:alert(1)//'],
  ['a long one', `https://example.com/${'x'.repeat(3_000)}/`],
])('overviewUrl() leads nowhere for %s', (_, pageUrl) => {
  expect(overviewUrl(pageUrl)).toBeUndefined();
});
