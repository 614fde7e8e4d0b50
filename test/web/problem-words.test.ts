import { describe, expect, test } from 'vitest';
import { takeSnapshot } from '../../src/domain/credential-snapshot.ts';
import { FAILURE_REASONS, FAILURES } from '../../src/domain/failure.ts';
import type { Reading } from '../../src/domain/reading.ts';
import { problemsOf } from '../../src/web/problem-words.ts';
import { failure, metered, NOW, stateAfter } from './states.ts';

function problems(...readings: Reading[]) {
  return problemsOf(takeSnapshot(stateAfter('a', readings), NOW));
}

describe('problemsOf()', () => {
  test.each(FAILURE_REASONS)('says what %s means, what to do, and what was seen', (reason) => {
    expect(problems(failure(reason, 'Seen'))).toEqual([{ ...FAILURES[reason], detail: 'Seen' }]);
  });

  // kind of block, pause in seconds, what the detail says
  test.each([
    ['abuse', 60, 'Docker Hub asks to wait 1 minute'],
    ['login', 600, 'Docker Hub asks to wait 10 minutes'],
    ['login', undefined, undefined],
  ] as const)('says how long a block by %s with a pause of %s lasts', (reason, retryAfterSeconds, detail) => {
    expect(problems({ kind: 'blocked', reason, retryAfterSeconds })[0]?.detail).toBe(detail);
  });

  test('says within what time pulls come back, where the window is known', () => {
    expect(problems(metered(0, 100))[0]?.advice).toContain('within 6 hours');
    const windowless: Reading = {
      kind: 'metered',
      rateLimit: { limit: 100, remaining: 0, windowSeconds: undefined },
      source: undefined,
    };
    expect(problems(windowless)[0]?.advice).toContain('as the window moves on');
  });

  test('finds nothing wrong with an answer', () => {
    expect(problems(metered(50, 100))).toEqual([]);
  });
});
