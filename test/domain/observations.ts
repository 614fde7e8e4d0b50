import fc from 'fast-check';
import {
  advance,
  type CredentialIdentity,
  type CredentialState,
  initialState,
} from '../../src/domain/credential-state.ts';
import { parseSource } from '../../src/domain/rate-limit.ts';
import { failed, type Reading } from '../../src/domain/reading.ts';

export const START_AT = Date.UTC(2026, 10, 23, 12);
export const MINUTE_MS = 60_000;

export const LOGIN: CredentialIdentity = { name: 'ci', hasLogin: true, fingerprint: 'ci' };
export const ANONYMOUS: CredentialIdentity = { name: 'anonymous', hasLogin: false, fingerprint: 'anonymous' };

export const UNMETERED: Reading = { kind: 'unmetered', source: undefined };
export const TIMEOUT: Reading = failed('timeout', 'No answer within 10s');
export const BLOCKED: Reading = { kind: 'blocked', reason: 'abuse', retryAfterSeconds: undefined };

/** An answer with a limit. */
export function metered(limit: number, remaining = limit, source?: string): Reading {
  return {
    kind: 'metered',
    rateLimit: { limit, remaining, windowSeconds: 3_600 },
    source: parseSource(source),
  };
}

/** The times of a row of probes, and the limit of anonymous pulls meanwhile. */
interface ProbeTimes {
  /** The end of the newest probe, in milliseconds since the epoch. */
  readonly lastAt: number;
  readonly durationMs: number;
  readonly anonymousLimit: number | undefined;
}

/** Returns the state after some readings, a minute apart, oldest first. */
export function advanceAll(
  identity: CredentialIdentity,
  readings: readonly Reading[],
  { lastAt, durationMs, anonymousLimit }: ProbeTimes,
): CredentialState {
  return readings.reduce<CredentialState>((state, reading, i) => {
    const at = lastAt - (readings.length - 1 - i) * MINUTE_MS;
    const observation = { credential: identity.name, at, durationMs, intervalMs: MINUTE_MS, reading };
    return advance(state, observation, anonymousLimit);
  }, initialState(identity));
}

/** Returns the state after some readings, a minute apart, the first at `START_AT`. */
export function stateAfter(
  identity: CredentialIdentity,
  readings: readonly Reading[],
  anonymousLimit?: number,
): CredentialState {
  const lastAt = START_AT + (readings.length - 1) * MINUTE_MS;
  return advanceAll(identity, readings, { lastAt, durationMs: 120, anonymousLimit });
}

/** Any reading. */
export function anyReading(): fc.Arbitrary<Reading> {
  const source = fc.constantFrom(undefined, '192.0.2.1', '2001:db8::', 'exampleuser');
  return fc.oneof(
    fc
      .tuple(fc.constantFrom(100, 200), fc.integer({ min: -3, max: 200 }), source)
      .map(([limit, remaining, header]) => metered(limit, remaining, header)),
    source.map((header): Reading => ({ kind: 'unmetered', source: parseSource(header) })),
    fc.constantFrom<Reading>(
      TIMEOUT,
      BLOCKED,
      failed('unauthorized', 'The hub answered 401'),
      failed('invalid_header', 'Rate limit has no number: ";w=21600"'),
    ),
  );
}
