import { describe, expect, test } from 'vitest';
import { conclude, type EarlierAnswers } from '../../src/domain/credential-state.ts';
import { FAILURE_REASONS } from '../../src/domain/failure.ts';
import { parseSource } from '../../src/domain/rate-limit.ts';
import { failed, type Reading } from '../../src/domain/reading.ts';
import { FAILURE_LABELS, type FailureLabel, failureLabel, type Outcome } from '../../src/domain/result.ts';

/** A login of which nothing is known yet. */
const NOTHING_KNOWN: EarlierAnswers = {
  hasLogin: true,
  wasLimited: false,
  headerlessInARow: 0,
  usualLimit: undefined,
  downgradedLimit: undefined,
  anonymousLimit: undefined,
};

function metered(limit: number, source?: string): Reading {
  return {
    kind: 'metered',
    rateLimit: { limit, remaining: 7, windowSeconds: 3_600 },
    source: parseSource(source),
  };
}

function limited(limit: number, downgraded: boolean, source?: string): Outcome {
  return {
    kind: 'limited',
    limit,
    remaining: 7,
    windowSeconds: 3_600,
    source: parseSource(source),
    downgraded,
  };
}

const UNMETERED: Reading = { kind: 'unmetered', source: undefined };
const UNLIMITED: Outcome = { kind: 'unlimited', source: undefined };

describe('conclude() of an answer without limit headers', () => {
  test.each<{ criterion: string; memory: Partial<EarlierAnswers>; outcome: Outcome }>([
    {
      criterion: 'is "unlimited" at once where no limit was ever seen',
      memory: {},
      outcome: UNLIMITED,
    },
    {
      criterion: 'is a missing header the first time after a limit',
      memory: { wasLimited: true },
      outcome: failed('missing_header', 'Answer 1 in a row without rate-limit headers'),
    },
    {
      criterion: 'is a missing header the second time',
      memory: { wasLimited: true, headerlessInARow: 1 },
      outcome: failed('missing_header', 'Answer 2 in a row without rate-limit headers'),
    },
    {
      criterion: 'is "unlimited" the third time',
      memory: { wasLimited: true, headerlessInARow: 2 },
      outcome: UNLIMITED,
    },
    {
      criterion: 'stays "unlimited"',
      memory: { wasLimited: false, headerlessInARow: 3 },
      outcome: UNLIMITED,
    },
  ])('$criterion', ({ memory, outcome }) => {
    expect(conclude(UNMETERED, { ...NOTHING_KNOWN, ...memory })).toEqual(outcome);
  });

  test('keeps the source', () => {
    const source = parseSource('exampleorg');
    expect(conclude({ kind: 'unmetered', source }, NOTHING_KNOWN)).toEqual({ kind: 'unlimited', source });
  });
});

describe('conclude() of an answer with limit headers', () => {
  test.each<{ criterion: string; reading: Reading; memory: Partial<EarlierAnswers>; outcome: Outcome }>([
    {
      criterion: 'is a limit',
      reading: metered(200, 'exampleuser'),
      memory: {},
      outcome: limited(200, false, 'exampleuser'),
    },
    {
      criterion: 'is downgraded where a login draws on the bucket of an IPv4 address',
      reading: metered(200, '192.0.2.1'),
      memory: {},
      outcome: limited(200, true, '192.0.2.1'),
    },
    {
      criterion: 'is downgraded where a login draws on the bucket of an IPv6 prefix',
      reading: metered(200, '2001:db8::'),
      memory: {},
      outcome: limited(200, true, '2001:db8::'),
    },
    {
      criterion: 'is never downgraded where there is no login',
      reading: metered(100, '192.0.2.1'),
      memory: { hasLogin: false, usualLimit: 200, anonymousLimit: 100 },
      outcome: limited(100, false, '192.0.2.1'),
    },
    {
      criterion: 'is downgraded where the limit drops to the anonymous one',
      reading: metered(100),
      memory: { usualLimit: 200, anonymousLimit: 100 },
      outcome: limited(100, true),
    },
    {
      criterion: 'is not downgraded where the limit drops to another number',
      reading: metered(150),
      memory: { usualLimit: 200, anonymousLimit: 100 },
      outcome: limited(150, false),
    },
    {
      criterion: 'is not downgraded where the anonymous limit is not known',
      reading: metered(100),
      memory: { usualLimit: 200 },
      outcome: limited(100, false),
    },
    {
      criterion: 'is not downgraded where the login never had more than an anonymous one',
      reading: metered(100),
      memory: { usualLimit: 100, anonymousLimit: 100 },
      outcome: limited(100, false),
    },
    {
      criterion: 'is not downgraded where the limit rises to the anonymous one',
      reading: metered(100),
      memory: { usualLimit: 50, anonymousLimit: 100 },
      outcome: limited(100, false),
    },
    {
      criterion: 'stays downgraded while the anonymous limit is not known any more',
      reading: metered(100),
      memory: { usualLimit: 200, downgradedLimit: 100 },
      outcome: limited(100, true),
    },
    {
      criterion: 'stays downgraded when the anonymous limit changes first',
      reading: metered(100),
      memory: { usualLimit: 200, downgradedLimit: 100, anonymousLimit: 10 },
      outcome: limited(100, true),
    },
    {
      criterion: 'is downgraded no more when the usual limit is back',
      reading: metered(200),
      memory: { usualLimit: 200, downgradedLimit: 100, anonymousLimit: 100 },
      outcome: limited(200, false),
    },
  ])('$criterion', ({ reading, memory, outcome }) => {
    expect(conclude(reading, { ...NOTHING_KNOWN, ...memory })).toEqual(outcome);
  });
});

describe('conclude() of an answer without a limit', () => {
  test.each<Reading>([
    { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 },
    failed('timeout', 'No answer within 10s'),
  ])('is the answer itself: $kind', (reading) => {
    expect(conclude(reading, { ...NOTHING_KNOWN, wasLimited: true, headerlessInARow: 2 })).toBe(reading);
  });
});

const LIMITED: Outcome = {
  kind: 'limited',
  limit: 100,
  remaining: 0,
  windowSeconds: 3_600,
  source: undefined,
  downgraded: true,
};

describe('failureLabel()', () => {
  test.each<{ criterion: string; outcome: Outcome; label: FailureLabel | undefined }>([
    { criterion: 'a limit is none, however little is left', outcome: LIMITED, label: undefined },
    { criterion: 'no limit is none', outcome: { kind: 'unlimited', source: undefined }, label: undefined },
    { criterion: 'a failure is its reason', outcome: failed('dns', 'No such host'), label: 'dns' },
    {
      criterion: 'a block is one',
      outcome: { kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 },
      label: 'blocked_abuse',
    },
    {
      criterion: 'a locked login is another',
      outcome: { kind: 'blocked', reason: 'login', retryAfterSeconds: undefined },
      label: 'blocked_login',
    },
  ])('$criterion', ({ outcome, label }) => {
    expect(failureLabel(outcome)).toBe(label);
  });
});

describe('FAILURE_LABELS', () => {
  test('are the reasons and the blocks, each once', () => {
    expect(FAILURE_LABELS).toEqual([...FAILURE_REASONS, 'blocked_abuse', 'blocked_login']);
    expect(new Set(FAILURE_LABELS).size).toBe(FAILURE_LABELS.length);
  });
});
