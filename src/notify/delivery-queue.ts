import type { Notification, ReceiverHealth, Settlement } from '../domain/alerts/delivery/notification.ts';
import type { Receiver } from '../domain/alerts/delivery/receiver.ts';
import type { Clock, Timers } from '../kit/clock.ts';
import { quoteForeign } from '../kit/foreign-text.ts';
import type { Log } from '../kit/log.ts';
import type { Channel, Receipt } from './channel.ts';
import { type Delivery, retryPauseMs } from './delivery.ts';

/** What a queue depends on. */
export interface QueueOptions {
  /** Opens the channel of a configuration. Called at the start, and after each change. */
  readonly open: (receiver: Receiver) => QueueChannel;
  readonly clock: Clock;
  readonly timers: Timers;
  /** At least 0, less than 1. */
  readonly random: () => number;
  readonly log: Log;
  /** Called exactly once for each message, never from within `submit`. */
  readonly settle: (notification: Notification, settlement: Settlement) => void;
}

/** The channel of a queue, and its speed. */
export interface QueueChannel {
  readonly channel: Channel;
  /** The least time from the begin of one attempt to the next, in milliseconds. */
  readonly minIntervalMs: number;
}

/** The most messages that wait for one receiver; a further one replaces the oldest. */
export const QUEUE_CAPACITY = 100;
/** How long after its decision a message is given up, in milliseconds (24 h). */
const GIVE_UP_MS = 86_400_000;
/** How long waiting messages are still sent to a removed receiver, in milliseconds (1 minute). */
const RETIREMENT_MS = 60_000;
/** How long an attempt may take to end after `stop`, before and after it is aborted, in milliseconds. */
const GRACE_MS = 1_500;
const ABORT_MS = 300;

/** Creates a delivery that sends messages one after another, in order. Nothing is sent before the first message. */
export function createDeliveryQueue(receiver: Receiver, options: QueueOptions): Delivery {
  return new Queue(receiver, options);
}

class Queue implements Delivery {
  readonly #name: string;
  readonly #options: QueueOptions;
  readonly #stopping = new AbortController();
  readonly #waiting: Notification[] = [];
  #channel: QueueChannel;
  #attempt: Promise<void> | undefined;
  #isStopped = false;
  #failures = 0;
  /** When the next attempt may begin, on the monotonic clock. */
  #restsUntil = 0;
  #callOff: (() => void) | undefined;
  #givesUpAt: number | undefined;
  /** When each waiting message is given up, on the monotonic clock, by its id. */
  readonly #expiresAtMs = new Map<string, number>();
  #sent = 0;
  #failed = 0;
  #lastSentAt: number | undefined;
  #lastError: ReceiverHealth['lastError'];

  constructor(receiver: Receiver, options: QueueOptions) {
    this.#name = receiver.name;
    this.#channel = options.open(receiver);
    this.#options = options;
  }

  submit(notification: Notification): void {
    const { clock } = this.#options;
    const ageMs = Math.max(0, clock.now() - notification.at);
    this.#expiresAtMs.set(notification.id, clock.monotonicMs() + GIVE_UP_MS - ageMs);
    this.#waiting.push(notification);
    const oldest = this.#attempt ? 1 : 0;
    if (this.#waiting.length > QUEUE_CAPACITY + oldest) {
      const [dropped] = this.#waiting.splice(oldest, 1);
      if (dropped) queueMicrotask(() => this.#drop(dropped, `More than ${QUEUE_CAPACITY} messages wait`));
    }
    this.#pump();
  }

  present(): void {
    // Messages report changes: their receivers need no state.
  }

  /** Uses the changed configuration from the next attempt on, which is made at once: it may work now. */
  use(receiver: Receiver): void {
    this.#channel = this.#options.open(receiver);
    this.#givesUpAt = undefined;
    if (this.#failures > 0) this.#restsUntil = 0;
    this.#failures = 0;
    this.#pump();
  }

  retire(): void {
    this.#givesUpAt ??= this.#options.clock.monotonicMs() + RETIREMENT_MS;
  }

  isIdle(): boolean {
    return this.#waiting.length === 0;
  }

  health(): ReceiverHealth {
    return {
      name: this.#name,
      queued: this.#waiting.length,
      sent: this.#sent,
      failed: this.#failed,
      lastSentAt: this.#lastSentAt,
      lastError: this.#lastError,
    };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#callOff?.();
    await this.#within(GRACE_MS);
    this.#stopping.abort();
    await this.#within(ABORT_MS);
  }

  /** Starts the next attempt, now or as soon as it may begin. */
  #pump(): void {
    const [next] = this.#waiting;
    if (!next || this.#attempt || this.#isStopped) return;
    this.#callOff?.();
    this.#callOff = undefined;
    const { clock, timers } = this.#options;
    const restMs = this.#restsUntil - clock.monotonicMs();
    if (restMs > 0) {
      this.#callOff = timers.after(restMs, () => this.#pump());
      return;
    }
    this.#attempt = this.#send(next).finally(() => {
      this.#attempt = undefined;
      this.#pump();
    });
  }

  async #send(notification: Notification): Promise<void> {
    const { channel, minIntervalMs } = this.#channel;
    this.#restsUntil = this.#options.clock.monotonicMs() + minIntervalMs;
    const receipt = await attempt(channel, notification, this.#stopping.signal);
    // Whether it arrived is unknown: it stays queued for the next start.
    if (this.#stopping.signal.aborted && receipt.kind !== 'delivered') return;
    if (receipt.kind === 'retry' && !this.#isOutOfTime(notification)) {
      this.#rest(receipt);
      return;
    }
    this.#failures = 0;
    this.#waiting.shift();
    if (receipt.kind === 'delivered') this.#delivered(notification, receipt.thread);
    else this.#drop(notification, receipt.reason);
  }

  #rest({ reason, afterMs }: Extract<Receipt, { kind: 'retry' }>): void {
    const { clock, random, log } = this.#options;
    this.#failures += 1;
    const pauseMs = retryPauseMs({ count: this.#failures, afterMs }, random());
    this.#restsUntil = Math.max(this.#restsUntil, clock.monotonicMs() + pauseMs);
    this.#lastError = { at: clock.now(), message: reason };
    log.warn('A message could not be sent, and will be tried again', {
      receiver: this.#name,
      reason,
      pauseMs,
    });
  }

  #delivered(notification: Notification, thread: string | undefined): void {
    const { clock, log } = this.#options;
    this.#sent += 1;
    this.#lastSentAt = clock.now();
    this.#lastError = undefined;
    this.#passThread(notification.groupKey, thread);
    log.debug('A message was sent', { receiver: this.#name, transition: notification.transition });
    this.#settle(notification, { kind: 'delivered', thread });
  }

  /**
   * Adds the thread to waiting messages that were decided before the first message of their group was
   * delivered.
   */
  #passThread(groupKey: string, thread: string | undefined): void {
    if (thread === undefined) return;
    for (const [i, waiting] of this.#waiting.entries()) {
      if (waiting.groupKey !== groupKey || waiting.thread !== undefined) continue;
      this.#waiting[i] = { ...waiting, thread };
    }
  }

  #drop(notification: Notification, reason: string): void {
    const { clock, log } = this.#options;
    this.#failed += 1;
    this.#lastError = { at: clock.now(), message: reason };
    log.error('A message is given up', { receiver: this.#name, transition: notification.transition, reason });
    this.#settle(notification, { kind: 'dropped', reason });
  }

  /** Reports an outcome. An error of the listener, such as a full disk, must not stop the queue. */
  #settle(notification: Notification, settlement: Settlement): void {
    this.#expiresAtMs.delete(notification.id);
    try {
      this.#options.settle(notification, settlement);
    } catch (error) {
      this.#options.log.error('What became of a message could not be noted', {
        receiver: this.#name,
        error,
      });
    }
  }

  #isOutOfTime(notification: Notification): boolean {
    const { clock } = this.#options;
    if (this.#givesUpAt !== undefined && clock.monotonicMs() >= this.#givesUpAt) return true;
    return clock.monotonicMs() >= (this.#expiresAtMs.get(notification.id) ?? 0);
  }

  /** Waits for the current attempt, at most `ms` milliseconds. */
  async #within(ms: number): Promise<void> {
    if (!this.#attempt) return;
    let callOff: (() => void) | undefined;
    const time = new Promise<void>((resolve) => {
      callOff = this.#options.timers.after(ms, resolve);
    });
    await Promise.race([this.#attempt, time]);
    callOff?.();
  }
}

async function attempt(channel: Channel, message: Notification, signal: AbortSignal): Promise<Receipt> {
  try {
    return await channel.send(message, signal);
  } catch (error) {
    return { kind: 'retry', reason: quoteForeign(error instanceof Error ? error.message : String(error)) };
  }
}
