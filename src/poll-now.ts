import type { Poller } from './poller/poller.ts';
import { ProbeWaitError } from './poller/run-probe.ts';
import type { PollNowAnswer } from './web/web-options.ts';

/** How long somebody who has pressed a button is kept waiting, in milliseconds: 10 s. */
const PATIENCE_MS = 10_000;

/** Asks the hub for one credential now, for a person who waits for it. */
export async function pollNow(poller: Poller, name: string): Promise<PollNowAnswer> {
  try {
    return await poller.probeNow(name, { timeoutMs: PATIENCE_MS });
  } catch (error) {
    if (error instanceof ProbeWaitError) return 'no_answer';
    throw error;
  }
}
