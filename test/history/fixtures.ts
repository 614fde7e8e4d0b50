import type { CredentialIdentity } from '../../src/domain/credential-state.ts';
import { parseSource } from '../../src/domain/rate-limit.ts';
import type { Reading } from '../../src/domain/reading.ts';
import type { Observation } from '../../src/domain/result.ts';

export const START_AT = Date.UTC(2026, 10, 23, 12);
export const MINUTE_MS = 60_000;

export function anonymous(name: string, fingerprint = name): CredentialIdentity {
  return { name, hasLogin: false, fingerprint };
}

export function login(name: string, fingerprint = name): CredentialIdentity {
  return { name, hasLogin: true, fingerprint };
}

/** An answer with a limit, half of it left. */
export function metered(limit: number, source?: string): Reading {
  return {
    kind: 'metered',
    rateLimit: { limit, remaining: limit / 2, windowSeconds: 3_600 },
    source: parseSource(source),
  };
}

/** What the poller hands on, one minute between two polls. */
export function observation(credential: string, reading: Reading, at = START_AT): Observation {
  return { credential, at, durationMs: 120, intervalMs: MINUTE_MS, reading };
}
