import { describe, expect, test } from 'vitest';
import { toFleetCard } from '../../../src/web/overview/fleet-card.ts';
import { fleetCredential, UNPROBED } from '../fleet-fixtures.ts';
import { NOW } from '../states.ts';

describe('toFleetCard()', () => {
  // what differs, what is shown
  test.each<[string, Parameters<typeof fleetCredential>[2], object]>([
    ['what is left', {}, { kind: 'Anonymous', status: 'ok', amount: { remaining: '90' }, problems: [] }],
    [
      'nothing known',
      UNPROBED,
      { kind: undefined, status: 'waiting', amount: { remaining: 'Not known' }, lastAnswer: undefined },
    ],
    [
      'a failure',
      { up: false, lastPollAt: NOW },
      {
        status: 'failing',
        amount: { rest: 'were left of 100 pulls' },
        lastAttempt: { text: 'just now' },
        problems: [
          { meaning: 'The newest probe failed.', advice: 'See the page of that Headroom for the reason.' },
        ],
      },
    ],
    [
      'a block',
      { up: false, blocked: 'login' },
      { status: 'blocked', problems: [{ meaning: expect.stringContaining('locked this user name') }] },
    ],
    ['a downgrade', { hasLogin: true, downgraded: true }, { kind: 'Login', status: 'downgraded' }],
    ['unlimited', { limited: undefined, enforced: false }, { status: 'unlimited' }],
    ['an end in sight', { exhaustionAt: NOW + 39.5 * 60_000 }, { outlook: 'Used up in about 40 minutes' }],
    ['a far end', { exhaustionAt: NOW + 200 * 60_000 }, { outlook: 'Used up in about 3 hours' }],
    ['an end that has passed', { exhaustionAt: NOW - 1 }, { outlook: undefined }],
  ])('shows %s', (_, changes, card) => {
    expect(toFleetCard(fleetCredential('ci', 90, changes), 'ci (a)', [], NOW)).toMatchObject(card);
  });
});
