import { describe, expect, test } from 'vitest';
import { parseQueryError, parseQueryResult } from '../../../src/history/prometheus/query-result.ts';

const UNKNOWN_API = 'what answers is not the Prometheus query API; check history.prometheus.url';

function vector(...result: unknown[]): string {
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
}

describe('readAnswer()', () => {
  test('reads vectors and matrices', () => {
    const metric = { __name__: 'dockerhub_up' };
    expect(parseQueryResult(vector({ metric, value: [1.5, '7'] }), 10)).toEqual({
      series: [{ labels: metric, values: [{ at: 1_500, value: 7 }] }],
      warnings: [],
    });
    const result = [
      {
        metric,
        values: [
          [1, '0'],
          [2, '1e3'],
        ],
      },
    ];
    const matrix = {
      status: 'success',
      warnings: ['a store is down'],
      data: { resultType: 'matrix', result },
    };
    expect(parseQueryResult(JSON.stringify(matrix), 10)).toEqual({
      series: [
        {
          labels: metric,
          values: [
            { at: 1_000, value: 0 },
            { at: 2_000, value: 1_000 },
          ],
        },
      ],
      warnings: ['a store is down'],
    });
  });

  test.each(['NaN', '+Inf', '-Inf', '', 'x'])('returns no value for %j', (value) => {
    expect(parseQueryResult(vector({ metric: {}, value: [1, value] }), 10).series).toEqual([
      { labels: {}, values: [] },
    ]);
  });

  test.each([
    '',
    '<html>Sign in</html>',
    'null',
    '[]',
    '{}',
    '{"data":null}',
    '{"data":{"resultType":"scalar","result":[1,"1"]}}',
    '{"data":{"resultType":"vector","result":{}}}',
    vector(null),
    vector({ value: [1, '1'] }),
    vector({ metric: { a: 1 }, value: [1, '1'] }),
    vector({ metric: {}, value: ['1', '1'] }),
    vector({ metric: {}, value: [1, 1] }),
    vector({ metric: {}, value: [] }),
    vector({ metric: {}, values: [1] }),
  ])('does not treat %s as an answer', (text) => {
    expect(() => parseQueryResult(text, 10)).toThrow(UNKNOWN_API);
  });

  test('refuses too many series', () => {
    const series = { metric: {}, value: [1, '1'] };
    expect(() => parseQueryResult(vector(series, series, series), 2)).toThrow(
      'the answer has more than 2 series',
    );
  });
});

describe('readRefusal()', () => {
  // text, the reason in it
  test.each([
    ['{"status":"error","errorType":"bad_data","error":"parse\\nerror"}', 'parse error'],
    ['{"error":"Bearer abcdefghijkl is wrong"}', 'Bearer <secret> is wrong'],
    [`{"error":"${'x'.repeat(300)}"}`, `${'x'.repeat(200)}…`],
    ['{"error":""}', undefined],
    ['{"error":{}}', undefined],
    ['<html>', undefined],
    ['null', undefined],
  ])('reads %s', (text, reason) => {
    expect(parseQueryError(text)).toBe(reason);
  });
});
