import { type CredentialSnapshot, takeContainedSnapshot } from '../../../src/domain/credential-snapshot.ts';
import { initialState } from '../../../src/domain/credential-state.ts';
import type { Forecast } from '../../../src/domain/forecast/forecast.ts';
import { parseSource } from '../../../src/domain/rate-limit.ts';
import type { Limited, Outcome } from '../../../src/domain/result.ts';

/** When these tests take place: 2026-11-23T00:00:00Z. */
export const NOW = Date.UTC(2026, 10, 23);
/** A minute, in milliseconds. */
export const MINUTE_MS = 60_000;

/** What is known of a credential in a test; a login is a credential whose source is a name. */
export interface WatchedFacts {
  readonly name?: string;
  readonly hasLogin?: boolean;
  readonly route?: string;
  /** The newest result that said something about the limit. */
  readonly known?: Outcome;
  /** When that was; a minute ago unless given. */
  readonly knownAt?: number;
  /** The newest result where it is another one. */
  readonly latest?: Outcome;
  readonly latestAt?: number;
  readonly forecast?: Forecast;
  readonly now?: number;
}

/** A credential as alerting sees it. */
export function watchedOf(facts: WatchedFacts = {}): CredentialSnapshot {
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

/** So many pulls left of a limit, 100 in an hour unless told otherwise. */
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

/** A probe that learned nothing. */
export const FAILED: Outcome = { kind: 'failed', reason: 'timeout', detail: 'No answer within 10s' };
