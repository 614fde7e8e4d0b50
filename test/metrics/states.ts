import type { CredentialState } from '../../src/domain/credential-state.ts';
import { parseSource } from '../../src/domain/rate-limit.ts';
import type { Reading } from '../../src/domain/reading.ts';
import { blocked, failed } from '../../src/domain/reading.ts';
import { advanceAll } from '../domain/observations.ts';

/** The current time of these states: 2026-11-23 12:00:00 UTC, in milliseconds since the epoch. */
export const NOW = Date.UTC(2026, 10, 23, 12);
/** Time between two polls of these states, in milliseconds. */
export const INTERVAL_MS = 60_000;

/** Creates a metered reading. */
export function metered(
  limit: number,
  remaining: number,
  windowSeconds: number | undefined,
  source?: string,
): Reading {
  return { kind: 'metered', rateLimit: { limit, remaining, windowSeconds }, source: parseSource(source) };
}

/** Creates the reading of an answer without limit headers. */
export function unmetered(source?: string): Reading {
  return { kind: 'unmetered', source: parseSource(source) };
}

/** Creates the state of a credential after these readings, one poll interval apart, the newest at `lastAt`. */
export function stateAfter(
  name: string,
  readings: readonly Reading[],
  { hasLogin = false, lastAt = NOW - 10_000 } = {},
): CredentialState {
  const times = { lastAt, durationMs: 250, anonymousLimit: 100 };
  return advanceAll({ name, hasLogin, fingerprint: name }, readings, times);
}

const LIMITED = metered(200, 76, 3_600, 'acmeci');

/** The states of credentials in every situation, by name. */
export const STATES = {
  waiting: stateAfter('waiting', []),
  limited: stateAfter('limited', [LIMITED], { hasLogin: true }),
  'limited-ipv6': stateAfter('limited-ipv6', [metered(100, 41, 3_600, '2001:41d0:801:2000::')]),
  'no-window': stateAfter('no-window', [metered(100, 76, undefined, '192.0.2.1')]),
  'no-source': stateAfter('no-source', [metered(100, 76, 21_600)]),
  exhausted: stateAfter('exhausted', [metered(100, 0, 3_600, '192.0.2.1')]),
  overdrawn: stateAfter('overdrawn', [metered(100, -3, 3_600, '192.0.2.1')]),
  unlimited: stateAfter('unlimited', [unmetered('a645ce4d-4328-42eb-8241-1624241605ef')], { hasLogin: true }),
  abuse: stateAfter('abuse', [LIMITED, blocked('abuse', '60', NOW)], { hasLogin: true }),
  'locked-out': stateAfter('locked-out', [blocked('login', undefined, NOW)], { hasLogin: true }),
  failing: stateAfter('failing', [LIMITED, failed('timeout', 'The hub did not answer within 10s')]),
  unheard: stateAfter('unheard', [failed('dns', 'The name could not be resolved')]),
  rejected: stateAfter('rejected', [failed('unauthorized', 'The hub answered 401')], { hasLogin: true }),
  expired: stateAfter('expired', [LIMITED], { lastAt: NOW - 10 * INTERVAL_MS }),
  downgraded: stateAfter('downgraded', [LIMITED, metered(100, 12, 3_600, '192.0.2.1')], { hasLogin: true }),
  quoted: stateAfter('say "hi" \\ back\nline', [metered(100, 50, 3_600, 'käse-😀')]),
  broken: stateAfter('\ud800 alone', [metered(100, 50, 3_600, '198.51.100.7')]),
  long: stateAfter('n'.repeat(1_000), [metered(100, 50, 3_600, 's'.repeat(400))]),
} satisfies Record<string, CredentialState>;
