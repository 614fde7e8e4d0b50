import type { Alert } from '../domain/alerts/alert.ts';
import type { LargestSpenders } from '../domain/spending/largest-spenders.ts';
import type { Timers } from '../kit/clock.ts';
import { startDeadline, within } from '../kit/deadline.ts';
import type { Log } from '../kit/log.ts';
import type { Channel } from './channel.ts';

/** What adding spenders depends on. */
export interface SpendersPorts {
  /** Returns who spent the pulls of the window of an alert; undefined if that is not known. Default: nothing is known. */
  readonly spendersOf?: ((alert: Alert) => Promise<LargestSpenders | undefined>) | undefined;
  readonly timers: Timers;
  readonly log: Log;
}

/** How long a message waits for the spenders, in milliseconds (3 s). */
const TIMEOUT_MS = 3_000;
/** The most alerts of a message whose spenders are requested: messages describe no more. */
const MAX_ALERTS = 10;
/** The conditions about the pulls that are left. */
const ABOUT_PULLS: ReadonlySet<Alert['when']> = new Set(['exhausted', 'low', 'running_out']);

/**
 * Adds who spent the pulls to alerts that fire about the pulls of a bucket, as of now. Never rejects: an alert whose spenders
 * are not known within 3 seconds stays as it is.
 * @param signal ends the waiting
 */
export async function addSpenders(
  alerts: readonly Alert[],
  { spendersOf, timers, log }: SpendersPorts,
  signal: AbortSignal,
): Promise<readonly Alert[]> {
  if (!spendersOf) return alerts;
  const deadline = startDeadline(TIMEOUT_MS, signal, timers);
  let wanted = MAX_ALERTS;
  try {
    return await Promise.all(
      alerts.map(async (alert) => {
        if (alert.state !== 'firing' || !ABOUT_PULLS.has(alert.when) || wanted === 0) return alert;
        wanted -= 1;
        try {
          const spenders = await within(spendersOf(alert), deadline.signal);
          return spenders ? { ...alert, facts: { ...alert.facts, spenders } } : alert;
        } catch (error) {
          log.warn('A message is sent without the largest spenders', { rule: alert.rule, error });
          return alert;
        }
      }),
    );
  } finally {
    deadline.clear();
  }
}

/** Returns a channel that adds who spent the pulls to each message before it sends it. */
export function withSpenders(channel: Channel, ports: SpendersPorts): Channel {
  if (!ports.spendersOf) return channel;
  return {
    async send(notification, signal) {
      const alerts = await addSpenders(notification.alerts, ports, signal);
      return channel.send({ ...notification, alerts }, signal);
    },
  };
}
