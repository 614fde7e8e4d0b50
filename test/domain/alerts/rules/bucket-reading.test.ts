import { describe, expect, test } from 'vitest';
import type { AlertSubject } from '../../../../src/domain/alerts/alert.ts';
import { isSubjectGone } from '../../../../src/domain/alerts/rules/bucket-reading.ts';
import { alertOf } from '../alert-of.ts';
import { NOW } from '../watched-of.ts';

const HOUR_MS = 3_600_000;
const CI = new Set(['ci']);
const LOGIN: AlertSubject = { kind: 'credential', key: 'credential ci', source: undefined };

function windowOf(windowSeconds: number | undefined) {
  return alertOf('acme', { facts: { ...alertOf('acme').facts, windowSeconds } });
}

describe('hasLeft()', () => {
  // the window of the bucket in seconds, how long nobody has seen it, whether its alert ends
  test.each([
    [3_600, HOUR_MS - 1, false],
    [3_600, HOUR_MS, true],
    [21_600, HOUR_MS, false],
    [undefined, 6 * HOUR_MS - 1, false],
    [undefined, 6 * HOUR_MS, true],
  ])('a bucket with a window of %j s, unseen for %j ms: %j', (windowSeconds, unseenMs, left) => {
    expect(isSubjectGone(windowOf(windowSeconds), CI, NOW + unseenMs)).toBe(left);
  });

  test('at once where none of its credentials is configured any more', () => {
    const alert = alertOf('acme', { credentials: ['ci', 'web'] });
    expect(isSubjectGone(alert, new Set(['web']), NOW)).toBe(false);
    expect(isSubjectGone(alert, new Set(['other']), NOW)).toBe(true);
  });

  test('at once where it is no bucket, which alone can come back', () => {
    expect(isSubjectGone(alertOf('acme', { subject: LOGIN }), CI, NOW)).toBe(true);
  });
});
