import type { Timers } from '../../kit/clock.ts';
import { quoteForeign } from '../../kit/foreign-text.ts';
import type { Receipt } from '../channel.ts';
import { retryPauseMs } from '../delivery.ts';

/** What a loop depends on. */
export interface PeerLoopOptions {
  /** Sends the current state to the peer; undefined if there is nothing to send. */
  readonly send: (signal: AbortSignal) => Promise<Receipt> | undefined;
  /** Receives the result of each attempt. */
  readonly record: (receipt: Receipt) => void;
  readonly resendIntervalMs: number;
  readonly timers: Timers;
  readonly random: () => number;
}

/** Keeps one peer up to date: sends at once after a change, then repeatedly. */
export interface PeerLoop {
  /** Sends the changed state. */
  update(): void;
  /** Reports whether the peer has received the newest state. */
  isUpToDate(): boolean;
  /** Stops at once; a running request is aborted. */
  stop(): void;
}

/** Creates a loop. Nothing is sent before the first `update`. */
export function createPeerLoop(options: PeerLoopOptions): PeerLoop {
  const { send, record, resendIntervalMs, timers, random } = options;
  const stopping = new AbortController();
  let callOff: (() => void) | undefined;
  let isSending = false;
  let isBehind = false;
  let failures = 0;

  function wait(ms: number): void {
    callOff?.();
    callOff = timers.after(ms, turn);
  }

  function turn(): void {
    if (isSending || stopping.signal.aborted) return;
    callOff?.();
    const sending = send(stopping.signal);
    isBehind = false;
    if (!sending) return;
    isSending = true;
    void sending.catch(toReceipt).then(settle);
  }

  function settle(receipt: Receipt): void {
    isSending = false;
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
      // A peer that does not answer is tried again after its pause, whatever has changed.
      if (failures === 0) turn();
    },
    isUpToDate: () => !isBehind && !isSending,
    stop() {
      callOff?.();
      stopping.abort();
    },
  };
}

function toReceipt(error: unknown): Receipt {
  return { kind: 'retry', reason: quoteForeign(error instanceof Error ? error.message : String(error)) };
}
