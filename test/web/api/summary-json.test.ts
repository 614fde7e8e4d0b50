import { describe, expect, test } from 'vitest';
import { takeSnapshot } from '../../../src/domain/credential-snapshot.ts';
import { STATUSES } from '../../../src/domain/status.ts';
import { toSummaryJson } from '../../../src/web/api/summary-json.ts';
import { metered, NOW, STATE_IN, STATES, stateAfter } from '../states.ts';

function summary(states: typeof STATES) {
  return toSummaryJson(states.map((state) => takeSnapshot(state, NOW)));
}

describe('toSummaryJson()', () => {
  test('counts every standing, also those that do not occur', () => {
    const { counts, total } = summary([STATE_IN.ok, STATE_IN.low, stateAfter('b', [metered(90, 100)])]);
    expect(Object.keys(counts)).toEqual([...STATUSES]);
    expect(counts).toMatchObject({ ok: 2, low: 1, exhausted: 0 });
    expect(total).toBe(3);
  });

  test('names the worst standing and answers for all', () => {
    expect(summary(STATES)).toMatchObject({ standing: 'exhausted', can_deploy: 'partly' });
    expect(summary([])).toMatchObject({ standing: null, can_deploy: 'unknown' });
  });

  test('gives each credential a place that does not move', () => {
    expect(summary(STATES).credentials).toMatchObject({
      team: { standing: 'ok', remaining: 176, limit: 200, window_seconds: 3_600 },
      edge: { standing: 'waiting', remaining: null, limit: null, window_seconds: null },
    });
  });

  test('survives a credential that is named like a property of objects', () => {
    const text = JSON.stringify(summary([stateAfter('__proto__', [])]));
    expect(text).toContain('"__proto__":{"standing":"waiting"');
  });
});
