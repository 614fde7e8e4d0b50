import { takeSnapshot } from './domain/credential-snapshot.ts';
import { failureLabel, type Outcome } from './domain/result.ts';
import type { History } from './history/history.ts';
import type { Clock } from './kit/clock.ts';
import type { Log } from './kit/log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Poller } from './poller/poller.ts';
import { ProbeWaitError } from './poller/probe-wait-error.ts';
import type { Exposition, PollNowAnswer, ProbeRequest } from './web/web-options.ts';

/** The longest wait for the result of a requested probe, in milliseconds (10 s). */
const WAIT_MS = 10_000;

/** Probes one credential now, and waits for the result. */
export async function pollNow(poller: Poller, name: string): Promise<PollNowAnswer> {
  try {
    return await poller.probeNow(name, { timeoutMs: WAIT_MS });
  } catch (error) {
    if (error instanceof ProbeWaitError) return 'no_answer';
    throw error;
  }
}

interface ProbeModules {
  readonly poller: Poller;
  readonly history: History;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/**
 * Responds to `/probe`: waits for a new result of one credential if a probe is allowed, then exposes the credential's
 * metrics. If the probe does not end in time, the exposition has `probe_success 0`.
 */
export async function probeAndExpose(
  rooms: ProbeModules,
  name: string,
  request: ProbeRequest,
): Promise<Exposition> {
  const { poller, history, metrics, clock } = rooms;
  const { timeoutMs, mayPoll, ...form } = request;
  const startedAt = clock.monotonicMs();
  const isAnswered = !mayPoll || (await waitForResult(poller, name, timeoutMs));
  const state = history.state(name);
  if (!state) throw new RangeError(`There is no such credential any more: ${name}`);
  const successful = isAnswered && takeSnapshot(state, clock.now()).up === true;
  return metrics.exposeProbe(form, { successful, durationMs: clock.monotonicMs() - startedAt, state });
}

async function waitForResult(poller: Poller, name: string, timeoutMs: number | undefined): Promise<boolean> {
  try {
    await poller.probeNow(name, timeoutMs === undefined ? {} : { timeoutMs });
    return true;
  } catch (error) {
    if (error instanceof ProbeWaitError) return false;
    throw error;
  }
}

/**
 * Logs every result at level debug, and a result whose outcome differs from the previous one at level info or warn. A
 * credential that fails every minute is logged twice, not a thousand times.
 */
export function logChanges(history: History, log: Log): void {
  const before = new Map<string, string>();
  history.subscribe(({ credential, outcome, durationMs }) => {
    const gist = outcomeKey(outcome);
    const fields = { credential, ...fieldsOf(outcome), durationMs: Math.round(durationMs) };
    const isNews = before.get(credential) !== gist;
    before.set(credential, gist);
    if (!isNews) log.debug('Probed', fields);
    else if (outcome.kind === 'limited' && outcome.windowDoubt !== undefined) {
      log.warn('Probed; the window in the response is impossible and is ignored', fields);
    } else if (failureLabel(outcome) === undefined) log.info('Probed', fields);
    else log.warn('A probe had no usable result', fields);
  });
}

/** Returns a key that changes with the outcome, but not with the number of remaining pulls. */
function outcomeKey(outcome: Outcome): string {
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
