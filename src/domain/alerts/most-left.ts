import type { CredentialSnapshot } from '../credential-snapshot.ts';
import { type Status, statusOf } from '../status.ts';
import type { Alert, MostLeft } from './alert.ts';
import { bucketOf } from './lifecycle/alert-identity.ts';

/** Returns the credential with the most pulls left, one without a limit first; undefined if no answer is known. */
export function mostLeft(snapshots: readonly CredentialSnapshot[]): MostLeft | undefined {
  const unlimited = snapshots.find((snapshot) => statusOf(snapshot) === 'unlimited');
  if (unlimited) return { credential: unlimited.name, limited: undefined };
  const best = snapshots.reduce<CredentialSnapshot | undefined>((most, snapshot) => {
    if (snapshot.up !== true || !snapshot.limited) return most;
    return most?.limited && most.limited.remaining >= snapshot.limited.remaining ? most : snapshot;
  }, undefined);
  return best && { credential: best.name, limited: best.limited };
}

/** The conditions whose advice names another credential. */
const ABOUT_PULLS: ReadonlySet<Alert['when']> = new Set(['exhausted', 'low', 'running_out']);
/** The statuses of a credential that builds may change to. */
const USABLE: ReadonlySet<Status> = new Set(['ok', 'unlimited']);

/**
 * Adds the credential that builds can use now to the facts of alerts about used-up and low buckets: the one with the most
 * pulls left in another bucket.
 * @param takeSnapshots called only if an alert needs it
 */
export function addMostLeft(
  alerts: readonly Alert[],
  takeSnapshots: () => readonly CredentialSnapshot[],
): readonly Alert[] {
  const needsOne = ({ when, state }: Alert) => ABOUT_PULLS.has(when) && state === 'firing';
  if (!alerts.some(needsOne)) return alerts;
  const usable = takeSnapshots().filter((snapshot) => USABLE.has(statusOf(snapshot)));
  return alerts.map((alert) => {
    if (!needsOne(alert)) return alert;
    const others = usable.filter((snapshot) => bucketOf(snapshot).key !== alert.subject.key);
    return { ...alert, facts: { ...alert.facts, mostLeft: mostLeft(others) } };
  });
}
