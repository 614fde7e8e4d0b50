import { describe, expect, test } from 'vitest';
import { MAX_RECENT_PROBES } from '../../../src/domain/history/query.ts';
import type { Reading } from '../../../src/domain/reading.ts';
import { START_AT } from '../fixtures.ts';
import { createFixture, HOUR_MS, left } from './sqlite-fixture.ts';

const FAILED: Reading = { kind: 'failed', reason: 'dns', detail: 'No such host' };
const BLOCKED: Reading = { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 };

describe('recentProbes()', () => {
  test('reports every outcome as it was, newest first', () => {
    const fixture = createFixture();
    const unmetered: Reading = { kind: 'unmetered', source: undefined };
    fixture.recordMinutes([unmetered, left(40), FAILED, BLOCKED]);
    const { newest, failures } = fixture.history().recentProbes('anonymous') ?? { newest: [], failures: [] };
    expect(newest.map(({ outcome }) => outcome)).toEqual([
      BLOCKED,
      FAILED,
      {
        kind: 'limited',
        limit: 100,
        remaining: 40,
        windowSeconds: 21_600,
        source: { value: '192.0.2.1', kind: 'ipv4' },
        downgraded: false,
      },
      { kind: 'unlimited', source: undefined },
    ]);
    expect(newest[0]?.at).toBeGreaterThan(newest[3]?.at ?? 0);
    expect(newest[0]?.durationMs).toBeGreaterThanOrEqual(0);
    expect(failures.map(({ outcome }) => outcome)).toEqual([BLOCKED, FAILED]);
  });

  test('keeps failures for longer', () => {
    const fixture = createFixture();
    fixture.recordMinutes([FAILED, ...new Array<Reading>(MAX_RECENT_PROBES + 5).fill(left(40))]);
    const { newest, failures } = fixture.history().recentProbes('anonymous') ?? { newest: [], failures: [] };
    expect(newest.length).toBe(MAX_RECENT_PROBES);
    expect(failures.length).toBe(1);
  });

  test('returns undefined for an unknown name, and nothing without a probe', () => {
    const history = createFixture().history();
    expect(history.recentProbes('other')).toBe(undefined);
    expect(history.recentProbes('anonymous')).toEqual({ newest: [], failures: [] });
  });
});

describe('changes()', () => {
  test('reports what changed within the span', () => {
    const fixture = createFixture();
    fixture.recordMinutes([
      left(90),
      left(180, { limit: 200 }),
      left(180, { limit: 200, source: '192.0.2.9', windowSeconds: 3_600 }),
    ]);
    const span = { from: START_AT - HOUR_MS, to: START_AT + HOUR_MS };
    const changes = fixture.history().changes('anonymous', span);
    expect(changes?.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['limit', 100, 200],
      ['window', 21_600, 3_600],
      ['source', '192.0.2.1', '192.0.2.9'],
    ]);
    expect(fixture.history().changes('anonymous', { from: 0, to: START_AT - HOUR_MS })).toEqual([]);
    expect(fixture.history().changes('other', span)).toBe(undefined);
  });
});
