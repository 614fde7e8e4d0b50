import { isBelievable } from '../believable.ts';
import type { Alert, AlertFacts } from './alert.ts';

const NOTHING_KNOWN: Omit<AlertFacts, 'at'> = {
  remaining: undefined,
  limit: undefined,
  windowSeconds: undefined,
  before: undefined,
  forecast: undefined,
  trouble: undefined,
  lastSuccessAt: undefined,
};

/**
 * Returns an alert without the numbers behind it, for an alert whose numbers cannot be used: it is still told that it
 * fires, of which rule and for whom.
 * @param now milliseconds since the epoch, in place of instants that cannot be used
 */
export function bareAlert(alert: Alert, now: number): Alert {
  const instant = (at: number | undefined) => (at === undefined || isBelievable('instantMs', at) ? at : now);
  return {
    ...alert,
    pendingAt: instant(alert.pendingAt) ?? now,
    firedAt: instant(alert.firedAt),
    resolvedAt: instant(alert.resolvedAt),
    facts: { ...NOTHING_KNOWN, at: now },
  };
}
