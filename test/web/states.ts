import { type CredentialSnapshot, type Outlook, takeSnapshot } from '../../src/domain/credential-snapshot.ts';
import type { CredentialState } from '../../src/domain/credential-state.ts';
import type { FailureReason } from '../../src/domain/failure.ts';
import { parseSource } from '../../src/domain/rate-limit.ts';
import type { Reading } from '../../src/domain/reading.ts';
import { failed } from '../../src/domain/reading.ts';
import type { Status } from '../../src/domain/status.ts';
import { advanceAll } from '../domain/observations.ts';

/** 2026-11-23 21:00:00 UTC: the time of all states below. */
export const NOW = Date.UTC(2026, 10, 23, 21);

/** An answer of the hub with a limit. */
export function metered(
  remaining: number,
  limit: number,
  source = '192.0.2.1',
  windowSeconds: number | undefined = 21_600,
): Reading {
  return { kind: 'metered', rateLimit: { limit, remaining, windowSeconds }, source: parseSource(source) };
}

/** A failed probe. */
export function failure(reason: FailureReason, detail = 'What exactly was seen'): Reading {
  return failed(reason, detail);
}

/** The state of a credential after these readings, one a minute, the last of them `ageMs` before `NOW`. */
export function stateAfter(
  name: string,
  readings: readonly Reading[],
  { hasLogin = false, ageMs = 12_000 }: { hasLogin?: boolean; ageMs?: number } = {},
): CredentialState {
  const times = { lastAt: NOW - ageMs, durationMs: 180, anonymousLimit: 100 };
  return advanceAll({ name, hasLogin, fingerprint: name }, readings, times);
}

/** Returns its snapshot at `NOW` or later. */
export function snapshotOf(state: CredentialState, outlook?: Outlook, now = NOW): CredentialSnapshot {
  return takeSnapshot(state, now, outlook);
}

/** A credential in each status. */
export const STATE_IN: Readonly<Record<Status, CredentialState>> = {
  exhausted: stateAfter('nat-b', [metered(0, 100, '198.51.100.7')]),
  blocked: stateAfter('office', [{ kind: 'blocked', reason: 'abuse', retryAfterSeconds: 60 }]),
  rejected: stateAfter('release-bot', [failure('unauthorized', 'The token service answered 401')], {
    hasLogin: true,
  }),
  downgraded: stateAfter('ci', [metered(64, 100, '192.0.2.1')], { hasLogin: true }),
  failing: stateAfter(
    'nightly',
    [metered(150, 200, 'acmenightly', 3_600), failure('timeout', 'No answer within 10 s')],
    { hasLogin: true },
  ),
  low: stateAfter('anonymous', [metered(12, 100, '2001:db8:801:2000::', 3_600)]),
  waiting: stateAfter('edge', []),
  ok: stateAfter('team', [metered(176, 200, 'acmeteam', 3_600)], { hasLogin: true }),
  unlimited: stateAfter(
    'paid',
    [{ kind: 'unmetered', source: parseSource('186e63fa-abf0-4deb-a711-0dbd34c4a821') }],
    { hasLogin: true },
  ),
};

/** One credential in each status, in the order of `STATE_IN`. */
export const STATES: readonly CredentialState[] = Object.values(STATE_IN);
