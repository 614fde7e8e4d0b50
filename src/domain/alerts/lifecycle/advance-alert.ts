import type { Alert, AlertFacts, Resolution } from '../alert.ts';
import type { Clear, Evaluation } from '../rules/evaluation.ts';
import type { AlertIdentity } from './alert-identity.ts';

/** An alert that has not ended, with the memory of its state machine. */
export interface AlertRecord {
  /** Pending or firing. */
  readonly alert: Alert;
  /**
   * When the first of the current run of readings was made that show that the condition no longer holds, in
   * milliseconds since the epoch; undefined if the condition holds.
   */
  readonly clearSince: number | undefined;
}

/** The result of one step of the state machine. */
export interface Advance {
  /** The alert after the step; undefined if there is none. */
  readonly record: AlertRecord | undefined;
  /**
   * The alert if it has just become pending, begun to fire or been resolved; undefined if its state is
   * unchanged.
   */
  readonly change: Alert | undefined;
}

/**
 * Advances an alert by one evaluation: none, pending, firing, resolved. Only an evaluation that says that the
 * condition no longer holds ends an alert.
 * @param identity the current name, labels and credentials of the alert
 * @param forMs how long the condition must hold before the alert fires, in milliseconds
 * @param now milliseconds since the epoch
 */
export function advanceAlert(
  before: AlertRecord | undefined,
  identity: AlertIdentity,
  evaluation: Evaluation,
  forMs: number,
  now: number,
): Advance {
  const isFiring = before?.alert.state === 'firing';
  switch (evaluation.verdict) {
    case 'unknown':
      return { record: before, change: undefined };
    case 'holds':
      return hold(before, identity, evaluation, forMs, now);
    case 'stays':
      return {
        record: isFiring
          ? { alert: update(before.alert, identity, evaluation), clearSince: undefined }
          : undefined,
        change: undefined,
      };
    case 'clear':
      return isFiring
        ? confirmClear(before, identity, evaluation, now)
        : { record: undefined, change: undefined };
    case 'overtaken':
      return isFiring
        ? end(update(before.alert, identity, evaluation), 'overtaken', now)
        : { record: undefined, change: undefined };
  }
}

/** Ends an alert whose rule or subject has been removed. A pending alert is dropped without a change. */
export function removeAlert({ alert }: AlertRecord, now: number): Advance {
  return alert.state === 'firing' ? end(alert, 'removed', now) : { record: undefined, change: undefined };
}

function hold(
  before: AlertRecord | undefined,
  identity: AlertIdentity,
  { since, facts }: { readonly since: number; readonly facts: AlertFacts },
  forMs: number,
  now: number,
): Advance {
  const pending = before ? update(before.alert, identity, { facts }) : begin(identity, since, facts);
  const fires = pending.state === 'pending' && now - pending.pendingAt >= forMs;
  const alert: Alert = fires ? { ...pending, state: 'firing', firedAt: now } : pending;
  return { record: { alert, clearSince: undefined }, change: fires || !before ? alert : undefined };
}

function begin(identity: AlertIdentity, since: number, facts: AlertFacts): Alert {
  return {
    ...identity,
    state: 'pending',
    pendingAt: since,
    firedAt: undefined,
    resolvedAt: undefined,
    resolution: undefined,
    facts,
    silencedBy: undefined,
  };
}

function confirmClear(before: AlertRecord, identity: AlertIdentity, clear: Clear, now: number): Advance {
  const clearSince = before.clearSince ?? clear.at;
  const isSettled = clear.at - clearSince >= clear.settleMs;
  if (isSettled) return end(update(before.alert, identity, clear), 'recovered', now);
  const alert = clear.isDoubtful ? before.alert : update(before.alert, identity, clear);
  return { record: { alert, clearSince }, change: undefined };
}

function update(alert: Alert, identity: AlertIdentity, { facts }: { readonly facts: AlertFacts }): Alert {
  return { ...alert, ...identity, facts };
}

function end(alert: Alert, resolution: Resolution, now: number): Advance {
  return { record: undefined, change: { ...alert, state: 'resolved', resolvedAt: now, resolution } };
}
