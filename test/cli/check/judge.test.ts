import { describe, expect, test } from 'vitest';
import { inPulls, judge, type Status, worstStatus } from '../../../src/cli/check/judge.ts';
import type { Threshold } from '../../../src/domain/alerts/rules/alert-rule.ts';
import type { Reading } from '../../../src/domain/reading.ts';
import { failure, metered } from '../../web/states.ts';
import { told } from './credential-json.ts';

const WARNING: Threshold = { unit: 'share', share: 0.2 };
const CRITICAL: Threshold = { unit: 'pulls', pulls: 5 };
const UNMETERED: Reading = { kind: 'unmetered', source: undefined };
const ABUSE: Reading = { kind: 'blocked', reason: 'abuse', retryAfterSeconds: undefined };

describe('judge()', () => {
  // The readings of a login, one a minute; thresholds are 20 % and 5 pulls of 200.
  test.each<[why: string, readings: Reading[], status: Status, words: string]>([
    ['enough is left', [metered(40, 200, 'acmeci')], 'ok', '40 of 200 left in 6h'],
    ['less than the share is left', [metered(39, 200, 'acmeci')], 'warning', '39 of 200 left in 6h'],
    ['less than the pulls is left', [metered(4, 200, 'acmeci')], 'critical', '4 of 200 left in 6h'],
    ['exactly the pulls are left', [metered(5, 200, 'acmeci')], 'warning', '5 of 200 left in 6h'],
    ['less than nothing is left', [metered(-1, 200, 'acmeci')], 'critical', '-1 of 200 left in 6h'],
    [
      'it is metered as anonymous',
      [metered(100, 100, '192.0.2.1')],
      'warning',
      '100 of 100 left in 6h, metered as if anonymous',
    ],
    ['it is unlimited', [UNMETERED], 'ok', 'unlimited'],
    [
      'it is blocked',
      [metered(40, 200, 'acmeci'), ABUSE],
      'critical',
      'Docker Hub refuses requests from this address for a while',
    ],
    ['it is rejected', [failure('unauthorized')], 'critical', 'Docker Hub rejects this login'],
    ['no answer', [failure('timeout')], 'unknown', 'Docker Hub did not answer in time'],
    [
      'no answer any more',
      [metered(150, 200, 'acmeci'), failure('timeout')],
      'unknown',
      'Docker Hub did not answer in time',
    ],
    [
      'little was left when last heard of',
      [metered(4, 200, 'acmeci'), failure('timeout')],
      'critical',
      'Docker Hub did not answer in time',
    ],
    [
      'it was unlimited when last heard of',
      [UNMETERED, failure('timeout')],
      'unknown',
      'Docker Hub did not answer in time',
    ],
    ['it has not been asked', [], 'unknown', 'no answer yet'],
  ])('when %s', (_why, readings, status, words) => {
    const thresholds = { warning: WARNING, critical: CRITICAL };
    expect(judge(told(readings, { hasLogin: true }), thresholds)).toMatchObject({ status, words });
  });
});

describe('worstStatus()', () => {
  test.each<[statuses: Status[], worst: Status]>([
    [[], 'unknown'],
    [['ok'], 'ok'],
    [['ok', 'unknown'], 'unknown'],
    [['unknown', 'warning', 'ok'], 'warning'],
    [['warning', 'critical', 'unknown'], 'critical'],
  ])('of %j is %s', (statuses, worst) => {
    expect(worstStatus(statuses.map((status) => ({ status })))).toBe(worst);
  });
});

test('inPulls() accepts a share of the limit, and pulls as they are', () => {
  expect(inPulls({ unit: 'share', share: 0.125 }, 100)).toBe(12.5);
  expect(inPulls({ unit: 'pulls', pulls: 20 }, 100)).toBe(20);
});
