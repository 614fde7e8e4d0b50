import { describe, expect, test } from 'vitest';
import { DEFAULT_RULES } from '../../../../src/domain/alerts/rules/alert-rule.ts';
import { evaluateRule, type StoredAlerts } from '../../../../src/domain/alerts/rules/evaluate-rule.ts';
import { evaluateBudget, evaluateCacheLeak } from '../../../../src/domain/alerts/rules/spending.ts';
import { alertWords } from '../../../../src/domain/alerts/wording/alert-text.ts';
import { subjectUrl } from '../../../../src/domain/alerts/wording/links.ts';
import { plainText } from '../../../../src/domain/alerts/wording/words.ts';
import type { CacheStatus } from '../../../../src/domain/spending/cache-leak.ts';
import type { BudgetEntry, WatchedSpending } from '../../../../src/domain/spending/watched-spending.ts';
import { left, NOW, snapshotWith } from '../snapshots.ts';

const HOUR_MS = 3_600_000;
const CONTEXT = { isExhausted: false, now: NOW };
const CI = snapshotWith({ name: 'ci', known: left(60) });

/** Returns a cache with its balance of the last hour; without one if it is undefined. */
function cache(lost: number | undefined, missed = 0, name = 'mirror', credential = 'ci'): CacheStatus {
  const balance = lost === undefined ? undefined : { from: NOW - HOUR_MS, to: NOW, lost, missed };
  return { name, credential, requests: 100, misses: missed, balance };
}

/** Returns a budget of 100 pulls per day of the team shop. */
function budget(spent: number, likely?: number, to = NOW + 12 * HOUR_MS): BudgetEntry {
  const one = { team: 'shop', pulls: 100, per: 'day' } as const;
  const forecast = likely === undefined ? undefined : { low: likely - 10, likely, high: likely + 10 };
  return {
    budget: one,
    status: { budget: one, from: to - 24 * HOUR_MS, to, knownUntil: NOW, spent, forecast },
  };
}

describe('evaluateCacheLeak()', () => {
  test.each([
    ['a leak', [cache(30, 4)], 'holds'],
    ['a loss between the thresholds', [cache(9, 4)], 'stays'],
    ['a loss that the misses explain', [cache(5, 4)], 'clear'],
    ['two caches whose misses explain the loss together', [cache(30, 14), cache(30, 14, 'second')], 'clear'],
    ['two caches, one of them not read', [cache(30, 4), cache(undefined, 0, 'second')], 'unknown'],
    ['a cache of another bucket', [cache(30, 4, 'mirror', 'web')], 'unknown'],
    ['no balance', [cache(undefined)], 'unknown'],
  ] as const)('%s: %#', (_, caches, verdict) => {
    expect(evaluateCacheLeak([CI], caches, CONTEXT).verdict).toBe(verdict);
  });
});

describe('evaluateBudget()', () => {
  test.each([
    ['spent more', budget(101), 'holds'],
    ['is likely to spend more', budget(60, 110), 'holds'],
    ['spent exactly the budget', budget(100), 'stays'],
    ['is likely to come near', budget(60, 95), 'stays'],
    ['is within', budget(60, 90), 'clear'],
    ['is within, without a forecast', budget(60), 'clear'],
    ['spent more in the last period that is known', budget(120, 120, NOW - HOUR_MS), 'holds'],
    ['spent more in a period that is long over', budget(120, 120, NOW - 30 * HOUR_MS), 'overtaken'],
    ['has no usage', { ...budget(0), status: undefined }, 'unknown'],
  ] as const)('a team that %s: %#', (_, entry, verdict) => {
    expect(evaluateBudget(entry, CONTEXT).verdict).toBe(verdict);
  });
});

const NOTHING_STORED: StoredAlerts = {
  record: () => undefined,
  baseline: () => undefined,
  open: () => [],
  isExhausted: () => false,
};

/** Returns the alerts that a default rule fires. */
function fired(name: string, spending: WatchedSpending) {
  const rule = DEFAULT_RULES.find((one) => one.name === name);
  if (!rule) throw new Error(`No such rule: ${name}`);
  const outcomes = evaluateRule(
    { ...rule, forMs: 0 },
    [CI],
    NOTHING_STORED,
    'http://h/',
    NOW,
    undefined,
    spending,
  );
  return outcomes.flatMap(({ advance }) => advance.record?.alert ?? []);
}

describe('the alerts about spending', () => {
  test('CacheLeak is about the bucket', () => {
    const [alert] = fired('CacheLeak', { budgets: [], caches: [cache(30, 4)] });
    expect(alert).toMatchObject({
      subject: { kind: 'bucket', key: 'source 203.0.113.9' },
      credentials: ['ci'],
      labels: { alertname: 'CacheLeak', severity: 'warning', source: '203.0.113.9' },
    });
    const { headline, facts, advice } = alertWords(alert as never, 'fire', NOW);
    expect(plainText(headline)).toBe('Pulls of 203.0.113.9 bypass the cache');
    expect(plainText(facts)).toBe(
      '30 pulls were spent between 23:00 and 00:00 UTC, but the cache mirror asked for 4.',
    );
    expect(plainText(advice)).toMatch(/^Find the machines that do not use the cache/);
  });

  test('BudgetExceeded is about the team, and has no credential', () => {
    const [alert] = fired('BudgetExceeded', { budgets: [budget(60, 110)], caches: [] });
    expect(alert).toMatchObject({
      subject: { kind: 'team', key: 'team shop per day', team: 'shop', per: 'day' },
      credentials: [],
      labels: { alertname: 'BudgetExceeded', severity: 'warning', team: 'shop', per: 'day' },
      facts: { budget: { spent: 60 } },
    });
    const { headline, facts, credentials } = alertWords(alert as never, 'repeat', NOW);
    expect(plainText(headline)).toBe('The budget of the team shop is still exceeded, or will be');
    expect(plainText(facts)).toBe(
      '60 of 100 pulls per day were used until 00:00 UTC. Likely 110 until 12:00 UTC, between 100 and 120.',
    );
    expect(credentials).toBeUndefined();
    expect(subjectUrl(alert as never, 'http://h/')).toBe('http://h/');
  });

  test('nothing is evaluated without caches and budgets', () => {
    expect(fired('CacheLeak', { budgets: [], caches: [] })).toEqual([]);
    expect(fired('BudgetExceeded', { budgets: [], caches: [] })).toEqual([]);
  });
});
