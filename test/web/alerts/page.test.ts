import { describe, expect, test } from 'vitest';
import type { AlertEvent } from '../../../src/domain/alerts/lifecycle/alert-store.ts';
import { subjectChoices } from '../../../src/web/alerts/card.ts';
import { toAlertsPage, toReceiverRow } from '../../../src/web/alerts/page.ts';
import { toPastRows } from '../../../src/web/alerts/past-alerts.ts';
import {
  type AlertServiceContent,
  alertServiceOf,
  bucketSubject,
  lowAlert,
  silence,
} from '../alert-service.ts';
import { metered, NOW, STATE_IN, stateAfter } from '../states.ts';

const PAGE_URL = 'http://node-7:10429/a/';
const pageOf = (content: AlertServiceContent) =>
  toAlertsPage(
    { service: alertServiceOf(content), states: [], pageUrl: PAGE_URL, eventId: 'x-1', notice: undefined },
    NOW,
  );
const firingOf = (content: AlertServiceContent) =>
  pageOf(content).groups.find(({ id }) => id === 'firing')?.cards ?? [];
const pending = lowAlert({ fingerprint: 'p', state: 'pending', firedAt: undefined });
const critical = lowAlert({
  fingerprint: 'c',
  rule: 'RateLimitExhausted',
  when: 'exhausted',
  severity: 'critical',
  subject: bucketSubject('acme'),
  credentials: ['web'],
});

describe('toAlertsPage()', () => {
  // the content of the alert service, headline, reason, tone
  test.each<[AlertServiceContent, string, string, string]>([
    [{}, 'No alert is firing', 'No rule has a firing or pending alert.', 'good'],
    [{ alerts: [pending] }, 'No alert is firing', '1 more may fire soon.', 'good'],
    [
      { alerts: [critical, lowAlert(), pending, { ...pending, fingerprint: 'q' }] },
      '2 alerts firing',
      'Docker Hub pulls are used up for the account acme. 2 more may fire soon.',
      'bad',
    ],
    [
      { alerts: [lowAlert({ silencedBy: 's1' })], silences: [silence()] },
      'No new alert is firing',
      '1 alert firing, all of them silenced or acknowledged.',
      'neutral',
    ],
  ])('%#: %s', (content, headline, reason, tone) => {
    expect(pageOf(content)).toMatchObject({ headline, reason, tone });
  });

  test('shows alerts without a silence first, and links to their pages', () => {
    const firing = firingOf({ alerts: [lowAlert({ silencedBy: 's1' }), critical], silences: [silence()] });
    expect(firing.map(({ subjectPath, silence: by }) => [subjectPath, by?.words])).toEqual([
      ['credentials/web', undefined],
      ['buckets/203.0.113.7', 'Silenced by ann'],
    ]);
    const [card] = firing;
    expect(card?.credentials).toBe('web');
    expect(card?.runbook).toEqual({ url: 'runbooks/RateLimitLow', isOwn: true });
  });

  // the rule's runbook, the link
  test.each([
    ['https://wiki.example/low', { url: 'https://wiki.example/low', isOwn: false }],
    ['http://node-7:10429/a/runbooks/RateLimitLow', { url: 'runbooks/RateLimitLow', isOwn: true }],
    [
      'http://node-7:3000/runbooks/RateLimitLow',
      { url: 'http://node-7:3000/runbooks/RateLimitLow', isOwn: false },
    ],
    ['/runbooks/RateLimitLow', { url: 'runbooks/RateLimitLow', isOwn: true }],
    ['javascript:alert(1)', { url: 'javascript:alert(1)', isOwn: true }],
  ])('treats %j as a link', (runbookUrl, runbook) => {
    expect(firingOf({ alerts: [lowAlert({ runbookUrl })] })[0]?.runbook).toEqual(runbook);
  });

  test('links an alert of one login to that login, and an alert of the hub to no page', () => {
    const subject = { kind: 'credential', key: 'credential ci', source: undefined } as const;
    const hub = { kind: 'hub', key: 'hub', source: undefined } as const;
    const firing = firingOf({
      alerts: [lowAlert({ subject, credentials: ['ci'] }), lowAlert({ subject: hub, when: 'unreachable' })],
    });
    expect(firing.map(({ subjectPath }) => subjectPath)).toEqual(['credentials/ci', undefined]);
  });
});

test('toPastRows() returns the newest event first, and no event of pending alerts', () => {
  const events: AlertEvent[] = [
    { kind: 'pending', at: 1, alert: pending },
    { kind: 'firing', at: 2, alert: critical },
    { kind: 'acknowledged', at: 3, silence: silence({ kind: 'acknowledgement', rule: 'RateLimitLow' }) },
    { kind: 'unsilenced', at: 4, silence: silence({ comment: '' }) },
    {
      kind: 'resolved',
      at: 5,
      alert: { ...critical, state: 'resolved', resolvedAt: 5, resolution: 'recovered' },
    },
  ];
  expect(toPastRows(events, NOW).map(({ what, rule, words, tone }) => [what, rule, words, tone])).toEqual([
    ['Resolved', 'RateLimitExhausted', 'Docker Hub pulls are back for the account acme', 'good'],
    ['Silence ended', 'All rules', '203.0.113.7', 'neutral'],
    ['Acknowledged by ann', 'RateLimitLow', '203.0.113.7: the rollout of Monday', 'neutral'],
    ['Fired', 'RateLimitExhausted', 'Docker Hub pulls are used up for the account acme', 'bad'],
  ]);
});

describe('toReceiverRow()', () => {
  const health = {
    name: 'slack',
    queued: 0,
    sent: 0,
    failed: 0,
    lastSentAt: undefined,
    lastError: undefined,
  };

  test.each([
    [health, 'Nothing sent yet', 'neutral'],
    [{ ...health, sent: 3, lastSentAt: NOW }, 'Delivers', 'good'],
    [{ ...health, sent: 3, failed: 1, lastError: { at: NOW, message: '502' } }, 'Fails', 'bad'],
  ])('%#: %1$s', (given, state, tone) => {
    expect(toReceiverRow(given, NOW)).toMatchObject({ state, tone });
  });
});

test('subjectChoices() returns each bucket once, and the hub', () => {
  const states = [
    stateAfter('ci', [metered(40, 100, 'acme')]),
    stateAfter('web', [metered(40, 100, 'acme')]),
    stateAfter('same', [metered(40, 100, 'same')]),
    STATE_IN.waiting,
  ];
  expect(subjectChoices(states)).toEqual([
    { key: 'source acme', words: 'acme (ci and web)' },
    { key: 'source same', words: 'same' },
    { key: 'credential edge', words: 'edge' },
    { key: 'hub', words: 'Docker Hub as a whole' },
  ]);
});
