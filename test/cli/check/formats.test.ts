import { describe, expect, test } from 'vitest';
import { asNagios } from '../../../src/cli/check/formats.ts';
import { judge, type Thresholds } from '../../../src/cli/check/judge.ts';
import { failure, metered, NOW } from '../../web/states.ts';
import { told } from './credential-json.ts';

const THRESHOLDS: Thresholds = {
  warning: { unit: 'share', share: 0.333 },
  critical: { unit: 'pulls', pulls: 5 },
};

function written(credential: ReturnType<typeof told>): string {
  const judgement = judge(credential, THRESHOLDS);
  return asNagios({ status: judgement.status, judgements: [judgement], thresholds: THRESHOLDS, at: NOW });
}

describe('asNagios()', () => {
  // https://www.monitoring-plugins.org/doc/guidelines.html: "10:" alerts below 10, a quote in a label is written twice.
  test('writes ranges that alert below the threshold, with a share as pulls', () => {
    expect(written(told([metered(60, 100)]))).toBe(
      "DOCKERHUB OK - ci: 60 of 100 left in 6h | 'ci'=60;33.3:;5:;0;100",
    );
  });

  test('writes no performance data for what is not known', () => {
    expect(written(told([failure('dns')]))).not.toContain('|');
  });

  test('lets no name end a label or begin performance data', () => {
    expect(written(told([metered(60, 100)], { name: "o'neil=a|b" }))).toBe(
      "DOCKERHUB OK - o'neil=a/b: 60 of 100 left in 6h | 'o''neil-a/b'=60;33.3:;5:;0;100",
    );
  });

  test('reports that no credential was checked', () => {
    const empty = { status: 'unknown', judgements: [], thresholds: THRESHOLDS, at: NOW } as const;
    expect(asNagios(empty)).toBe('DOCKERHUB UNKNOWN - no credential was checked');
  });
});
