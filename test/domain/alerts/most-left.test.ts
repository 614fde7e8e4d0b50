import { describe, expect, test } from 'vitest';
import { bucketOf } from '../../../src/domain/alerts/lifecycle/alert-identity.ts';
import { addMostLeft, mostLeft } from '../../../src/domain/alerts/most-left.ts';
import { parseSource } from '../../../src/domain/rate-limit.ts';
import { alertOf } from './sample-alerts.ts';
import { left, snapshotWith } from './snapshots.ts';

const unlimited = { kind: 'unlimited' } as never;
const failed = { kind: 'failed', reason: 'timeout', detail: 'No answer' } as never;

function account(name: string, remaining: number, limit = 200) {
  return snapshotWith({ name, hasLogin: true, known: left(remaining, { limit, source: parseSource(name) }) });
}

describe('mostLeft() returns', () => {
  const [low, high] = [account('low', 20), account('high', 200)];
  // snapshots | the credential
  test.each([
    ['nothing without credentials', [], undefined],
    ['nothing before the first answer', [snapshotWith({ name: 'new' })], undefined],
    ['the only one', [low], 'low'],
    ['the one with the most pulls', [low, high, account('middle', 100)], 'high'],
    ['the first of equal ones', [account('a', 7), account('b', 7)], 'a'],
    [
      'one without a limit before all others',
      [high, snapshotWith({ name: 'paid', known: unlimited })],
      'paid',
    ],
    ['none whose newest probe failed', [low, { ...high, up: false }], 'low'],
  ] as const)('%s', (_, snapshots, name) => {
    expect(mostLeft(snapshots)?.credential).toBe(name);
  });
});

describe('addMostLeft()', () => {
  const anonymous = snapshotWith({
    name: 'anonymous',
    known: left(0, { source: parseSource('203.0.113.7') }),
  });
  const secret = account('pull-secret', 200);
  const alert = alertOf({ subject: bucketOf(anonymous) });
  const added = (others: readonly ReturnType<typeof account>[], one = alert) =>
    addMostLeft([one], () => [anonymous, ...others])[0]?.facts.mostLeft;

  test('names a credential of another bucket', () => {
    expect(added([secret])).toMatchObject({
      credential: 'pull-secret',
      limited: { remaining: 200, limit: 200 },
    });
  });

  test('names no credential of the same bucket, however many pulls its last answer had', () => {
    const same = snapshotWith({ name: 'nat', known: left(90, { source: parseSource('203.0.113.7') }) });
    expect(added([same])).toBeUndefined();
  });

  test('names no credential that is low, failing, blocked or metered as anonymous', () => {
    expect(added([account('low', 39)])).toBeUndefined();
    expect(added([{ ...secret, up: false }])).toBeUndefined();
    expect(added([{ ...secret, blocked: 'abuse' }])).toBeUndefined();
    expect(added([{ ...secret, downgraded: true }])).toBeUndefined();
    expect(added([snapshotWith({ name: 'x', known: left(100), latest: failed })])).toBeUndefined();
  });

  test('leaves other alerts as they are, and takes no snapshot for them', () => {
    const alerts = [
      alertOf({ when: 'blocked' }),
      alertOf({ when: 'exhausted', state: 'resolved' }),
      alertOf({ when: 'pulls_refused' }),
    ];
    const take = () => {
      throw new Error('Not needed');
    };
    expect(addMostLeft(alerts, take)).toBe(alerts);
  });
});
