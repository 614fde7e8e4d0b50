import type { Timers } from '../../kit/clock.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import type { Receipt } from '../channel.ts';
import { retryPauseMs } from '../delivery.ts';

/** What a loop works with. */
export interface PeerLoopOptions {
  /** Tells the peer of everything, as it is then; undefined when there is nothing to tell. */
  readonly send: (signal: AbortSignal) => Promise<Receipt> | undefined;
  /** Hears how it went. */
  readonly record: (receipt: Receipt) => void;
  readonly resendIntervalMs: number;
  readonly timers: Timers;
  readonly random: () => number;
}

/** Keeps one peer up to date: at once when there is news, then again and again. */
export interface PeerLoop {
  /** There is news. */
  update(): void;
  /** Whether it has been told of the newest. */
  isUpToDate(): boolean;
  /** Ends at once; what is under way is called off. */
  stop(): void;
}

/** Creates a loop; nothing is told before the first poke. */
export function createPeerLoop(options: PeerLoopOptions): PeerLoop {
  const { send: tell, record, resendIntervalMs, timers, random } = options;
  const stopping = new AbortController();
  let callOff: (() => void) | undefined;
  let isTelling = false;
  let isBehind = false;
  let failures = 0;

  function wait(ms: number): void {
    callOff?.();
    callOff = timers.after(ms, turn);
  }

  function turn(): void {
    if (isTelling || stopping.signal.aborted) return;
    callOff?.();
    const telling = tell(stopping.signal);
    isBehind = false;
    if (!telling) return;
    isTelling = true;
    void telling.catch(toReceipt).then(settle);
  }

  function settle(receipt: Receipt): void {
    isTelling = false;
    if (stopping.signal.aborted) return;
    record(receipt);
    if (receipt.kind === 'delivered') {
      failures = 0;
      if (isBehind) turn();
      else wait(resendIntervalMs);
      return;
    }
    isBehind = true;
    failures += 1;
    const afterMs = receipt.kind === 'retry' ? receipt.afterMs : undefined;
    wait(Math.min(retryPauseMs({ count: failures, afterMs }, random()), resendIntervalMs));
  }

  return {
    update() {
      isBehind = true;
      // A peer that does not answer is asked again after its pause, whatever the news.
      if (failures === 0) turn();
    },
    isUpToDate: () => !isBehind && !isTelling,
    stop() {
      callOff?.();
      stopping.abort();
    },
  };
}

function toReceipt(error: unknown): Receipt {
  return { kind: 'retry', reason: quoteForeign(error instanceof Error ? error.message : String(error)) };
}
