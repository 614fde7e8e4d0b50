import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alert, AlertFacts } from '../../../../src/domain/alerts/alert.ts';
import {
  type AlertRecord,
  advanceAlert,
  removeAlert,
} from '../../../../src/domain/alerts/lifecycle/advance-alert.ts';
import type { AlertIdentity } from '../../../../src/domain/alerts/lifecycle/alert-identity.ts';
import type { Evaluation } from '../../../../src/domain/alerts/rules/evaluation.ts';
import { MINUTE_MS, NOW } from '../snapshots.ts';

const IDENTITY: AlertIdentity = {
  fingerprint: 'f',
  rule: 'RateLimitLow',
  when: 'low',
  severity: 'warning',
  subject: { kind: 'bucket', key: 'source x', source: undefined },
  credentials: ['ci'],
  labels: {},
  runbookUrl: 'https://headroom.example.com/runbooks/RateLimitLow',
};

function factsAt(at: number): AlertFacts {
  return {
    remaining: 1,
    limit: 100,
    windowSeconds: 3_600,
    before: undefined,
    forecast: undefined,
    trouble: undefined,
    lastSuccessAt: at,
    at,
  };
}

type Verdict = Evaluation['verdict'];

function evaluationOf(verdict: Verdict, at: number, settleMs: number): Evaluation {
  const facts = factsAt(at);
  switch (verdict) {
    case 'unknown':
      return { verdict };
    case 'holds':
      return { verdict, since: at, facts };
    case 'clear':
      return { verdict, at, settleMs, isDoubtful: false, facts };
    default:
      return { verdict, facts };
  }
}

/** Lets an alert live through verdicts, one a minute; returns what became of it each time. */
function live(verdicts: readonly Verdict[], forMs: number, settleMs: number) {
  let record: AlertRecord | undefined;
  return verdicts.map((verdict, minute) => {
    const now = NOW + minute * MINUTE_MS;
    const before = record;
    const advance = advanceAlert(before, IDENTITY, evaluationOf(verdict, now, settleMs), forMs, now);
    record = advance.record;
    return { now, verdict, before, ...advance };
  });
}

describe('advanceAlert()', () => {
  test.each([
    // verdicts by the minute, `for` and settling in minutes, what became of it by the minute
    ['fires at once', ['holds'], 0, 0, ['firing']],
    ['waits for the duration of the rule', ['holds', 'holds', 'holds'], 2, 0, ['pending', '', 'firing']],
    ['forgets what did not last', ['holds', 'clear', 'holds', 'holds'], 2, 0, ['pending', '', 'pending', '']],
    ['forgets what fell between thresholds', ['holds', 'stays', 'holds'], 2, 0, ['pending', '', 'pending']],
    [
      'neither fires nor forgets on a failed probe',
      ['holds', 'unknown', 'unknown', 'holds'],
      2,
      0,
      ['pending', '', '', 'firing'],
    ],
    ['is not resolved by a failed probe', ['holds', 'unknown', 'unknown'], 0, 0, ['firing', '', '']],
    ['is resolved by what is clear', ['holds', 'clear'], 0, 0, ['firing', 'resolved']],
    [
      'waits until clear has lasted',
      ['holds', 'clear', 'clear', 'clear'],
      0,
      2,
      ['firing', '', '', 'resolved'],
    ],
    ['begins to wait anew', ['holds', 'clear', 'holds', 'clear', 'clear'], 0, 2, ['firing', '', '', '', '']],
    [
      'waits through failed probes',
      ['holds', 'clear', 'unknown', 'clear'],
      0,
      2,
      ['firing', '', '', 'resolved'],
    ],
    ['ends when it is overtaken', ['holds', 'overtaken'], 0, 0, ['firing', 'resolved']],
    ['begins nothing on what is overtaken', ['overtaken', 'stays', 'unknown'], 0, 0, ['', '', '']],
  ] as const)('%s', (_, verdicts, forMinutes, settleMinutes, changes) => {
    const steps = live(verdicts, forMinutes * MINUTE_MS, settleMinutes * MINUTE_MS);
    expect(steps.map(({ change }) => change?.state ?? '')).toEqual(changes);
  });

  test('keeps the old numbers while the new ones may be false', () => {
    const firing = live(['holds'], 0, 0).at(-1)?.record;
    const doubtful: Evaluation = {
      verdict: 'clear',
      at: NOW + 1,
      settleMs: MINUTE_MS,
      isDoubtful: true,
      facts: { ...factsAt(NOW + 1), remaining: 100 },
    };
    const { record } = advanceAlert(firing, IDENTITY, doubtful, 0, NOW + 1);
    expect(record?.alert.facts.remaining).toBe(1);
  });

  test('updates the credentials of the bucket', () => {
    const firing = live(['holds'], 0, 0).at(-1)?.record;
    const more = { ...IDENTITY, credentials: ['ci', 'web'] };
    const { record } = advanceAlert(firing, more, evaluationOf('holds', NOW, 0), 0, NOW);
    expect(record?.alert).toMatchObject({ credentials: ['ci', 'web'], firedAt: NOW });
  });
});

describe('whatever happens, advanceAlert()', () => {
  const verdicts = fc.array(
    fc.constantFrom<Verdict>('holds', 'holds', 'clear', 'clear', 'stays', 'unknown', 'overtaken'),
    { maxLength: 60 },
  );
  const minutes = fc.integer({ min: 0, max: 5 });

  function always(check: (steps: ReturnType<typeof live>, forMs: number, settleMs: number) => void): void {
    fc.assert(
      fc.property(verdicts, minutes, minutes, (all, forMinutes, settleMinutes) => {
        const [forMs, settleMs] = [forMinutes * MINUTE_MS, settleMinutes * MINUTE_MS];
        check(live(all, forMs, settleMs), forMs, settleMs);
      }),
    );
  }

  test('fires and resolves in turn', () => {
    always((steps) => {
      const told = steps.flatMap(({ change }) => (change && change.state !== 'pending' ? change.state : []));
      told.forEach((state, i) => {
        expect(state).toBe(i % 2 === 0 ? 'firing' : 'resolved');
      });
    });
  });

  test('fires only on what holds, and has held without a break for the duration of the rule', () => {
    always((steps, forMs) => {
      for (const { change, verdict, now } of steps) {
        if (change?.state !== 'firing') continue;
        expect(verdict).toBe('holds');
        expect(now - change.pendingAt).toBeGreaterThanOrEqual(forMs);
        const since = steps.filter((step) => step.now >= change.pendingAt && step.now <= now);
        expect(since.every((step) => step.verdict === 'holds' || step.verdict === 'unknown')).toBe(true);
      }
    });
  });

  test('resolves only on what is clear and has settled, or is overtaken', () => {
    always((steps, _, settleMs) => {
      steps.forEach(({ change, verdict, now }, i) => {
        if (change?.state !== 'resolved' || verdict === 'overtaken') return;
        expect(verdict).toBe('clear');
        const lastHeld = steps.slice(0, i).findLastIndex((step) => ['holds', 'stays'].includes(step.verdict));
        const firstClear = steps.find((step, k) => k > lastHeld && step.verdict === 'clear');
        expect(now - (firstClear?.now ?? Number.NaN)).toBeGreaterThanOrEqual(settleMs);
      });
    });
  });

  test('an unknown verdict changes nothing at all', () => {
    always((steps) => {
      for (const { verdict, before, record, change } of steps) {
        if (verdict !== 'unknown') continue;
        expect(record).toBe(before);
        expect(change).toBeUndefined();
      }
    });
  });

  test('states and instants belong together', () => {
    always((steps) => {
      for (const { record, change } of steps) {
        for (const alert of [record?.alert, change]) if (alert) expectSound(alert);
      }
    });
  });

  function expectSound({ state, pendingAt, firedAt, resolvedAt, resolution }: Alert): void {
    expect(firedAt === undefined).toBe(state === 'pending');
    expect(resolvedAt === undefined).toBe(state !== 'resolved');
    expect(resolution === undefined).toBe(state !== 'resolved');
    expect(firedAt ?? pendingAt).toBeGreaterThanOrEqual(pendingAt);
    expect(resolvedAt ?? firedAt ?? pendingAt).toBeGreaterThanOrEqual(firedAt ?? pendingAt);
  }
});

describe('removeAlert()', () => {
  test('resolves what fires, and drops what is pending', () => {
    const firing = live(['holds'], 0, 0).at(-1)?.record as AlertRecord;
    const pending = live(['holds'], MINUTE_MS, 0).at(-1)?.record as AlertRecord;
    expect(removeAlert(firing, NOW).change).toMatchObject({ state: 'resolved', resolution: 'removed' });
    expect(removeAlert(pending, NOW)).toEqual({ record: undefined, change: undefined });
  });
});
