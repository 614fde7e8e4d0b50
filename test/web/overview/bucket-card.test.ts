import { describe, expect, test } from 'vitest';
import type { CredentialState } from '../../../src/domain/credential-state.ts';
import type { RecentUsage } from '../../../src/domain/forecast/recent-usage.ts';
import { Secret } from '../../../src/kit/secret.ts';
import { type CardSources, toBucketCard } from '../../../src/web/overview/bucket-card.ts';
import { toBuckets } from '../../../src/web/overview/buckets.ts';
import { foreseen } from '../../domain/forecasts.ts';
import { failure, metered, NOW, STATE_IN, snapshotOf, stateAfter } from '../states.ts';

const NOTHING: CardSources = { courseOf: () => undefined, routeOf: () => ({}), fleetNamesOf: () => [] };

function cardOf(states: readonly CredentialState[], sources: Partial<CardSources> = {}) {
  const outlook = { forecast: foreseen(NOW), pool: undefined };
  const [bucket] = toBuckets(states.map((state) => snapshotOf(state, outlook)));
  if (!bucket) throw new Error('There is no bucket');
  return toBucketCard(bucket, { ...NOTHING, ...sources }, NOW);
}

describe('toBucketCard()', () => {
  test('returns the source and the pulls left', () => {
    expect(cardOf([STATE_IN.ok])).toMatchObject({
      kind: 'Login',
      members: [{ name: 'team', path: 'credentials/team', state: undefined }],
      more: undefined,
      source: { kind: 'account', value: 'acmeteam', path: 'buckets/acmeteam' },
      amount: { remaining: '176', rest: 'left of 200 pulls', window: 'per hour' },
      outlook: { label: 'Used up', text: 'in 40 minutes to 2 hours' },
      lastAnswer: { text: '12 seconds ago' },
      lastAttempt: undefined,
      spent: undefined,
      sparkline: undefined,
    });
  });

  test('lists the first credentials of a bucket, with their routes', () => {
    const states = Array.from({ length: 30 }, (_, i) => stateAfter(`c${i}`, [metered(50, 100)]));
    const { members, more, kind } = cardOf(states, {
      routeOf: (name) => (name === 'c1' ? { proxyUrl: new Secret('http://proxy') } : {}),
    });
    expect(members.map(({ name, route }) => route ?? name)).toEqual(['c0', 'through a proxy', 'c2', 'c3']);
    expect([more, kind]).toEqual(['and 26 more', '30 credentials, one bucket']);
  });

  test('lists credentials of other Headrooms that share the bucket', () => {
    const elsewhere = () => ['ci (prod-eu)', 'ci (prod-us)'];
    expect(cardOf([STATE_IN.ok], { fleetNamesOf: elsewhere }).sharedInFleet).toBe(
      'Shared with ci (prod-eu) and ci (prod-us)',
    );
    expect(cardOf([STATE_IN.waiting], { fleetNamesOf: elsewhere }).sharedInFleet).toBeUndefined();
  });

  test('shows the pulls spent, and the past values', () => {
    const course: RecentUsage = {
      from: NOW - 3_600_000,
      to: NOW,
      limit: 200,
      spentLastHour: 1,
      points: [NOW - 60_000, NOW].map((at) => ({ at, remaining: 50, isAfterGap: false })),
    };
    const card = cardOf([STATE_IN.ok], { courseOf: () => course });
    expect(card.spent).toBe('1 pull');
    expect(card.sparkline?.line).toContain('M98.3');
  });

  test('shows a shared problem once, with the names of its credentials', () => {
    const broken = ['a', 'b'].map((name) => stateAfter(name, [metered(50, 100), failure('timeout')]));
    const card = cardOf([...broken, stateAfter('c', [metered(50, 100)])]);
    expect(card.problems.map(({ whose, meaning }) => [whose, meaning])).toEqual([
      ['a and b', 'Docker Hub did not answer in time.'],
    ]);
    expect(card.members.map(({ state }) => state?.label)).toEqual([undefined, undefined, 'OK']);
    expect(card.pollName).toBe('a');
  });

  test('a name or source of others is shown without its commands, and no longer than fits', () => {
    const hostile = `\u202E<b>${'x'.repeat(6_000)}`;
    const card = cardOf([stateAfter(hostile, [metered(1, 2, hostile)])]);
    expect(card.members[0]?.name).toBe(`<b>${'x'.repeat(57)}…`);
    expect(card.source?.value.length).toBeLessThan(260);
    expect(card.source?.value).not.toContain('\u202E');
  });
});
