import { type CredentialSnapshot, takeContainedSnapshot } from '../../../src/domain/credential-snapshot.ts';
import { initialState } from '../../../src/domain/credential-state.ts';
import type { Forecast } from '../../../src/domain/forecast/forecast.ts';
import { parseSource } from '../../../src/domain/rate-limit.ts';
import type { Limited, Outcome } from '../../../src/domain/result.ts';

/** The current time of these tests: 2026-11-23T00:00:00Z. */
export const NOW = Date.UTC(2026, 10, 23);
/** A minute, in milliseconds. */
export const MINUTE_MS = 60_000;

/** The results of a credential from which `snapshotWith` makes a snapshot. */
export interface SnapshotFacts {
  readonly name?: string;
  readonly hasLogin?: boolean;
  readonly route?: string;
  /** The newest `limited` or `unlimited` result. Default: none. */
  readonly known?: Outcome;
  /** When it was made. Default: a minute before `NOW`. */
  readonly knownAt?: number;
  /** The newest result. Default: the known one. */
  readonly latest?: Outcome;
  /** When it was made. Default: `NOW`. */
  readonly latestAt?: number;
  readonly forecast?: Forecast;
  readonly now?: number;
}

/** Returns the snapshot of a credential, named `ci` by default, on the route `direct`. */
export function snapshotWith(facts: SnapshotFacts = {}): CredentialSnapshot {
  const { name = 'ci', hasLogin = false, known, latest, forecast, now = NOW } = facts;
  const { knownAt = NOW - MINUTE_MS, latestAt = NOW } = facts;
  const resultOf = (outcome: Outcome, at: number) => {
    return { credential: name, at, durationMs: 100, intervalMs: MINUTE_MS, outcome };
  };
  const knownResult = known && resultOf(known, knownAt);
  const state = {
    ...initialState({ name, hasLogin, fingerprint: name }),
    known: knownResult as never,
    latest: latest ? resultOf(latest, latestAt) : knownResult,
  };
  const outlook = forecast && { forecast, pool: undefined };
  return takeContainedSnapshot(state, outlook, now, undefined, facts.route ?? 'direct');
}

/** Returns an outcome with so many pulls left. Default limit: 100 pulls per hour. */
export function left(remaining: number, differences: Partial<Limited> = {}): Limited {
  return {
    kind: 'limited',
    limit: 100,
    remaining,
    windowSeconds: 3_600,
    source: parseSource('203.0.113.9'),
    downgraded: false,
    ...differences,
  };
}

/** The outcome of a failed probe. */
export const FAILED: Outcome = { kind: 'failed', reason: 'timeout', detail: 'No answer within 10s' };
