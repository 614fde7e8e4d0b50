import { describe, expect, test } from 'vitest';
import {
  describeWaiting,
  middleOf,
  rangeWords,
  shareWords,
  wholeOf,
} from '../../../src/domain/spending/spending-words.ts';

describe('wholeOf()', () => {
  // what the bucket lost, what is explained, the whole
  test.each([
    [60, { low: 40, high: 50 }, 60],
    [30, { low: 40, high: 50 }, 45],
    [null, { low: 40, high: 50 }, 45],
    [null, { low: 0, high: 0 }, 0],
  ])('of %j and %j is %i, so that no share is above 100 %', (spent, explained, whole) => {
    expect(wholeOf({ spent, explained })).toBe(whole);
    expect(middleOf(explained)).toBeLessThanOrEqual(whole);
  });
});

test('shareWords() has no share of nothing', () => {
  expect([shareWords(1, 3), shareWords(0, 5), shareWords(0, 0)]).toEqual(['33.3 %', '0.0 %', '–']);
});

test('rangeWords() shows whole pulls, and one number where the bounds are equal', () => {
  expect(rangeWords({ low: 1_200, high: 1_200 })).toBe('1,200');
  expect(rangeWords({ low: 8.4, high: 12.5 })).toBe('8 to 13');
  expect(rangeWords({ low: 8.1, high: 8.4 })).toBe('8');
});

describe('describeWaiting()', () => {
  const pods = (namespace: string, workload: string, count: number, since: number) => ({
    namespace,
    workload,
    pods: count,
    since,
  });

  test('is undefined without waiting pods', () => {
    expect(describeWaiting([])).toBeUndefined();
  });

  test('joins the images of a workload, and begins with the most pods', () => {
    expect(
      describeWaiting([
        pods('etl', 'CronJob/load', 3, 30),
        pods('shop', 'Deployment/web', 4, 20),
        pods('shop', 'Deployment/web', 5, 10),
      ]),
    ).toEqual({ pods: '12 pods wait', since: 10, places: 'shop/web x9, etl/load x3' });
  });

  test('names five workloads and counts the others', () => {
    const many = Array.from({ length: 7 }, (_, i) => pods('a', `Pod/p${i}`, 1, i));
    expect(describeWaiting(many)?.places).toBe('a/p0 x1, a/p1 x1, a/p2 x1, a/p3 x1, a/p4 x1 and 2 more');
    expect(describeWaiting(many.slice(0, 1))?.pods).toBe('1 pod waits');
  });
});
