import { takeSnapshot } from './domain/credential-snapshot.ts';
import type { History } from './history/history.ts';
import type { Clock } from './kit/clock.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { Poller } from './poller/poller.ts';
import { ProbeWaitError } from './poller/run-probe.ts';
import type { Exposition, ProbeRequest } from './web/web-options.ts';

interface Rooms {
  readonly poller: Poller;
  readonly history: History;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/**
 * Answers `/probe`: waits for a fresh result of one credential, where the hub may be asked, and exposes what is known of
 * the credential then. A probe that does not end in time is an exposition too, with `probe_success 0`.
 */
export async function probeAndExpose(rooms: Rooms, name: string, request: ProbeRequest): Promise<Exposition> {
  const { poller, history, metrics, clock } = rooms;
  const { timeoutMs, mayPoll: mayAsk, ...form } = request;
  const startedAt = clock.monotonicMs();
  const isAnswered = !mayAsk || (await waitForResult(poller, name, timeoutMs));
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
