import { describe, expect, test } from 'vitest';
import type { AnsweredSeries } from '../../../src/history/prometheus/answer.ts';
import { toStoredPoints } from '../../../src/history/prometheus/stored-points.ts';
import { NOW } from './series.ts';

const MINUTE_MS = 60_000;

/** A series of one credential whose values are a minute apart, the last one at `NOW`; undefined is a gap. */
function minutes(
  family: string,
  values: readonly (number | undefined)[],
  labels: Readonly<Record<string, string>> = {},
): AnsweredSeries {
  return {
    labels: { __name__: `dockerhub_${family}`, credential: 'ci', cluster: 'north', ...labels },
    values: values.flatMap((value, i) =>
      value === undefined ? [] : [{ at: NOW - (values.length - 1 - i) * MINUTE_MS, value }],
    ),
  };
}

const SOURCE = { source: '192.0.2.1', kind: 'ipv4' };
const LIMITED = { kind: 'limited', limit: 100, windowSeconds: 3_600, source: '192.0.2.1' };

describe('toStoredPoints()', () => {
  test('reads each probe once, at its own moment, however often it was scraped', () => {
    const [first, second] = [NOW - 170_000, NOW - 50_000];
    const points = toStoredPoints([
      minutes('ratelimit_limit', [100, 100, 100, 100]),
      minutes('ratelimit_remaining', [76, 76, 76, 71]),
      minutes('ratelimit_window_seconds', [3_600, 3_600, 3_600, 3_600]),
      minutes('ratelimit_enforced', [1, 1, 1, 1]),
      minutes('ratelimit_source_info', [1, 1, 1, 1], SOURCE),
      minutes(
        'last_success_timestamp_seconds',
        [first, first, first, second].map((at) => at / 1_000),
      ),
    ]);
    expect(points).toEqual([
      { ...LIMITED, at: first, remaining: 76 },
      { ...LIMITED, at: second, remaining: 71 },
    ]);
  });

  test('follows the source, tells unlimited, and passes over what is not known', () => {
    const points = toStoredPoints([
      minutes('ratelimit_limit', [undefined, 100, 100, undefined]),
      minutes('ratelimit_remaining', [undefined, 90, 80, undefined]),
      minutes('ratelimit_enforced', [undefined, 1, 1, 0]),
      minutes('ratelimit_source_info', [undefined, 1], { source: '192.0.2.9', kind: 'ipv4' }),
      minutes('ratelimit_source_info', [undefined, undefined, 1, undefined], SOURCE),
    ]);
    expect(points).toMatchObject([
      {
        kind: 'limited',
        at: NOW - 2 * MINUTE_MS,
        remaining: 90,
        windowSeconds: undefined,
        source: undefined,
      },
      { kind: 'limited', at: NOW - MINUTE_MS, remaining: 80, source: '192.0.2.1' },
      { kind: 'unlimited', at: NOW, source: '192.0.2.9' },
    ]);
  });

  test('does not mix what two pairs of Prometheus scraped at different moments', () => {
    const old = (NOW - 90_000) / 1_000;
    const points = toStoredPoints(
      [
        { instance: 'a', remaining: 90, success: old },
        { instance: 'b', remaining: 70, success: NOW / 1_000 },
      ].flatMap(({ instance, remaining, success }) => [
        minutes('ratelimit_limit', [100], { instance }),
        minutes('ratelimit_remaining', [remaining], { instance }),
        minutes('last_success_timestamp_seconds', [success], { instance }),
      ]),
    );
    expect(points).toMatchObject([
      { at: NOW - 90_000, remaining: 90 },
      { at: NOW, remaining: 70 },
    ]);
  });
});
