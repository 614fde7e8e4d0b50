import type { Outcome } from './domain/result.ts';
import { failureLabel } from './domain/result.ts';
import type { History } from './history/history.ts';
import type { Log } from './kit/log.ts';

/**
 * Writes every result at level debug, and one that says something else than the one before it at info or warn: a
 * credential that fails once a minute all night is two lines, not a thousand.
 */
export function logChanges(history: History, log: Log): void {
  const before = new Map<string, string>();
  history.subscribe(({ credential, outcome, durationMs }) => {
    const gist = gistOf(outcome);
    const fields = { credential, ...fieldsOf(outcome), durationMs: Math.round(durationMs) };
    const isNews = before.get(credential) !== gist;
    before.set(credential, gist);
    if (!isNews) log.debug('Probed', fields);
    else if (outcome.kind === 'limited' && outcome.windowDoubt !== undefined) {
      log.warn('Probed, but the stated window is impossible and is not used', fields);
    } else if (failureLabel(outcome) === undefined) log.info('Probed', fields);
    else log.warn('A probe learned nothing', fields);
  });
}

/** What makes an outcome news. The number of pulls left does not: it changes all day. */
function gistOf(outcome: Outcome): string {
  if (outcome.kind !== 'limited') return failureLabel(outcome) ?? outcome.kind;
  const { limit, windowSeconds, source, downgraded } = outcome;
  const isDoubted = outcome.windowDoubt !== undefined;
  return JSON.stringify([limit, windowSeconds, source?.value, downgraded, isDoubted, outcome.remaining <= 0]);
}

function fieldsOf(outcome: Outcome): Record<string, unknown> {
  switch (outcome.kind) {
    case 'limited': {
      const { kind, source, ...numbers } = outcome;
      return { outcome: kind, ...numbers, source: source?.value };
    }
    case 'unlimited':
      return { outcome: outcome.kind, source: outcome.source?.value };
    case 'blocked':
      return { outcome: outcome.kind, reason: outcome.reason, retryAfterSeconds: outcome.retryAfterSeconds };
    case 'failed':
      return { outcome: outcome.kind, reason: outcome.reason, detail: outcome.detail };
  }
}
