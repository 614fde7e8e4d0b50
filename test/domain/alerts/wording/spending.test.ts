import { describe, expect, test } from 'vitest';
import { spendersWords } from '../../../../src/domain/alerts/wording/spending.ts';
import { plainText } from '../../../../src/domain/alerts/wording/words.ts';
import type { LargestSpenders } from '../../../../src/domain/spending/largest-spenders.ts';
import { alertOf } from '../sample-alerts.ts';

const SHOP = { team: 'shop', pulls: { low: 36, high: 42 }, workload: 'shop/web', part: 'most' } as const;
const DATA = { team: 'data', pulls: { low: 5, high: 5 }, workload: 'etl/load', part: 'all' } as const;
const KNOWN: LargestSpenders = {
  spenders: [SHOP, DATA],
  others: 0,
  spent: 60,
  unexplained: { low: 13, high: 19 },
  unread: [],
};

describe('spendersWords()', () => {
  // what is known | the window in seconds | the text
  test.each([
    [
      {},
      3_600,
      'Largest spenders of the last hour: shop with 36 to 42 pulls (mostly shop/web) and data with 5 (etl/load). Not explained: 13 to 19 of 60 pulls.',
    ],
    [
      { spenders: [{ ...DATA, pulls: { low: 1, high: 1 } }], others: 2, unexplained: { low: 0, high: 0 } },
      21_600,
      'Largest spenders of the last 6 hours: data with 1 pull (etl/load) and 2 more.',
    ],
    [
      { spenders: [{ ...SHOP, part: 'some' as const }], spent: null, unexplained: null },
      undefined,
      'Largest spenders of the last hour: shop with 36 to 42 pulls (shop/web and others).',
    ],
    [
      { spenders: [], unread: ['prod'] },
      3_600,
      'None of the 60 pulls of the last hour is known to come from a pod. Clusters that cannot be read now are not counted: prod.',
    ],
    [{ spenders: [], spent: 0 }, 3_600, ''],
    [{ spenders: [], spent: null, unread: ['prod'] }, 3_600, ''],
  ] satisfies [Partial<LargestSpenders>, number | undefined, string][])(
    '%j in %s s',
    (changes, windowSeconds, text) => {
      const alert = alertOf({}, { windowSeconds, spenders: { ...KNOWN, ...changes } });

      expect(plainText(spendersWords(alert))).toBe(text);
    },
  );

  test('says nothing once the alert has ended, or where spending is not configured', () => {
    expect(spendersWords(alertOf())).toBeUndefined();
    expect(spendersWords(alertOf({ state: 'resolved' }, { spenders: KNOWN }))).toBeUndefined();
  });
});
