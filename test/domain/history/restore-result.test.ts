import { describe, expect, test } from 'vitest';
import { restoreOutcome, restoreResult } from '../../../src/domain/history/restore-result.ts';
import { ANONYMOUS, metered, stateAfter, TIMEOUT, UNMETERED } from '../observations.ts';

const BROKEN = { kind: 'failed', reason: 'internal', detail: 'The stored result cannot be read' };

describe('restoreResult()', () => {
  test.each([
    ['limited', metered(100, 7, '192.0.2.1')],
    ['unlimited', UNMETERED],
    ['blocked', { kind: 'blocked', reason: 'login', retryAfterSeconds: 60 } as const],
    ['failed', TIMEOUT],
  ])('reads back what was written of %s', (_kind, reading) => {
    const { latest } = stateAfter(ANONYMOUS, [reading]);
    expect(restoreResult(JSON.parse(JSON.stringify(latest)))).toEqual(latest);
  });

  test.each([
    ['no object', 7],
    ['no outcome', { credential: 'a', at: 1, durationMs: 1, intervalMs: 1 }],
    [
      'an instant in the year 275760',
      { credential: 'a', at: 8.64e15, durationMs: 1, intervalMs: 1, outcome: {} },
    ],
    ['an interval of no length', { credential: 'a', at: 1, durationMs: 1, intervalMs: null, outcome: {} }],
  ])('rejects %s', (_name, value) => {
    expect(restoreResult(value)).toBeUndefined();
  });
});

describe('restoreOutcome()', () => {
  test.each([
    ['an unknown kind', { kind: 'teapot' }],
    ['an unknown reason of a newer version', { kind: 'failed', reason: 'aliens', detail: 'x' }],
    ['a reason that every object has', { kind: 'failed', reason: 'constructor', detail: 'x' }],
    ['an unknown block', { kind: 'blocked', reason: 'aliens' }],
    ['a limit that is no number', { kind: 'limited', limit: 'many', remaining: 1 }],
    ['nothing', {}],
  ])('makes a failure of %s', (_name, stored) => {
    expect(restoreOutcome(stored)).toEqual(BROKEN);
  });

  test('leaves out an impossible window', () => {
    const stored = { kind: 'limited', limit: 100, remaining: 7, windowSeconds: 21_600_000_000_000 };
    expect(restoreOutcome(stored)).toMatchObject({ kind: 'limited', remaining: 7, windowSeconds: undefined });
  });
});
