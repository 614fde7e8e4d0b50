import { describe, expect, test } from 'vitest';
import type { FleetCredential } from '../../../src/domain/history/fleet.ts';
import { mapFleet } from '../../../src/history/prometheus/map-fleet.ts';
import type { QueriedSeries } from '../../../src/history/prometheus/query-result.ts';
import { limitedSeries, NOW, one } from './series.ts';

const NORTH = { cluster: 'north', job: 'headroom', instance: '10.0.0.1:10429' };
const SOUTH = { cluster: 'south', job: 'headroom', instance: '10.0.0.2:10429' };
const CI = { ...NORTH, credential: 'ci' };
const NOT_OWN = () => false;

function onlyCredential(series: readonly QueriedSeries[]): FleetCredential | undefined {
  const { members } = mapFleet(series, NOT_OWN);
  return members[0]?.credentials[0];
}

/** Nothing is known but the name. */
const UNKNOWN: FleetCredential = {
  name: 'ci',
  hasLogin: undefined,
  up: undefined,
  limited: undefined,
  enforced: undefined,
  source: undefined,
  blocked: undefined,
  downgraded: false,
  lastPollAt: undefined,
  lastSuccessAt: undefined,
  exhaustionAt: undefined,
};

describe('mapFleet()', () => {
  test('reads a credential back from its metrics', () => {
    const source = { value: '192.0.2.1', kind: 'ipv4' };
    expect(onlyCredential(limitedSeries(CI, 76))).toEqual({
      name: 'ci',
      hasLogin: false,
      up: true,
      limited: {
        kind: 'limited',
        limit: 100,
        remaining: 76,
        windowSeconds: 3_600,
        source,
        downgraded: false,
      },
      enforced: true,
      source,
      blocked: undefined,
      downgraded: false,
      lastPollAt: NOW,
      lastSuccessAt: NOW,
      exhaustionAt: undefined,
    });
  });

  // what is stored, what is known beside the name: nothing is 0 that is not stored as 0
  test.each<[string, QueriedSeries[], Partial<FleetCredential>]>([
    ['polls alone', [one('polls_total', CI, 0)], {}],
    ['a failure', [one('up', CI, 0)], { up: false }],
    ['a limit alone', [one('ratelimit_limit', CI, 100)], {}],
    ['a rest alone', [one('ratelimit_remaining', CI, 0)], {}],
    [
      'no window',
      [one('ratelimit_limit', CI, 100), one('ratelimit_remaining', CI, 0)],
      {
        limited: {
          kind: 'limited',
          limit: 100,
          remaining: 0,
          windowSeconds: undefined,
          source: undefined,
          downgraded: false,
        },
      },
    ],
    ['unlimited', [one('ratelimit_enforced', CI, 0)], { enforced: false, hasLogin: false }],
    ['a login', [one('ratelimit_downgraded', CI, 0)], { hasLogin: true }],
    ['a downgraded login', [one('ratelimit_downgraded', CI, 1)], { hasLogin: true, downgraded: true }],
    [
      'a block',
      [
        one('ratelimit_blocked', { ...CI, reason: 'abuse' }, 0),
        one('ratelimit_blocked', { ...CI, reason: 'login' }, 1),
      ],
      { blocked: 'login' },
    ],
    ['a block of a kind to come', [one('ratelimit_blocked', { ...CI, reason: 'new' }, 1)], {}],
    [
      'a source of a kind to come',
      [one('ratelimit_source_info', { ...CI, source: 'acme', kind: 'new' }, 1)],
      { source: { value: 'acme', kind: 'account' } },
    ],
    [
      'an exhaustion foreseen',
      [one('ratelimit_exhaustion_timestamp_seconds', CI, NOW / 1_000)],
      { exhaustionAt: NOW },
    ],
  ])('%s', (_, series, known) => {
    expect(onlyCredential(series)).toEqual({ ...UNKNOWN, ...known });
  });

  test('passes over series without a value or a credential', () => {
    const series = [
      { labels: { __name__: 'dockerhub_up', credential: 'ci' }, values: [] },
      one('up', { cluster: 'north' }, 1),
    ];
    expect(mapFleet(series, NOT_OWN)).toEqual({ members: [], own: [] });
  });

  test('groups by Headroom, in the order of labels and names as people count', () => {
    const series = [
      ...limitedSeries({ ...SOUTH, credential: 'ci' }, 1),
      ...limitedSeries({ ...NORTH, credential: 'n10' }, 2),
      ...limitedSeries({ ...NORTH, credential: 'n9' }, 3),
    ];
    const { members } = mapFleet(series, NOT_OWN);
    expect(members.map(({ labels, credentials }) => [labels, credentials.map(({ name }) => name)])).toEqual([
      [[['cluster', 'north']], ['n9', 'n10']],
      [[['cluster', 'south']], ['ci']],
    ]);
  });

  test('leaves out the Headroom that makes the polls itself, however often it is scraped', () => {
    const again = { ...NORTH, job: 'again' };
    const series = [NORTH, again, SOUTH].flatMap((labels) =>
      limitedSeries({ ...labels, credential: 'ci' }, 76, { durationMs: labels === SOUTH ? 99 : 120.5 }),
    );
    const isOwn = (trace: object) =>
      JSON.stringify(trace) === JSON.stringify({ credential: 'ci', at: NOW, durationMs: 120.5 });
    const { members, own } = mapFleet(series, isOwn);
    expect(members.map(({ labels }) => labels)).toEqual([[['cluster', 'south']]]);
    expect(own).toEqual([NORTH, again].map((labels) => Object.entries(labels).sort()));
  });
});
