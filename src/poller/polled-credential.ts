import type { Credential } from '../domain/credential.ts';
import { failed, type Reading } from '../domain/reading.ts';
import type { Observation } from '../domain/result.ts';
import type { Clock, Timers } from '../kit/clock.ts';
import { redact } from '../kit/foreign-text.ts';
import type { Limiter, Priority } from '../kit/limiter.ts';
import type { Log } from '../kit/log.ts';
import { ProbeWaitError, type ProbeWaitReason } from './probe-wait-error.ts';
import type { Ticker } from './schedule-groups.ts';
import { type BackOff, NO_BACK_OFF, nextBackOff, planTick } from './tick-plan.ts';

/**
 * Sends one probe of a credential to the hub: a `HEAD` request that reads the remaining pulls. A failure is a reading too. After the
 * signal is aborted it ends soon, by a reading or a rejection.
 */
export type Probe = (credential: Credential, signal: AbortSignal) => Promise<Reading>;

/** Contains the dependencies of `runProbe`. */
export interface ProbePorts {
  readonly probe: Probe;
  readonly timers: Timers;
  readonly log: Log;
}

/** Contains the dependencies that all polled credentials share. */
export interface PollingPorts extends ProbePorts {
  readonly clock: Clock;
  /** Returns a number from 0 (included) to 1 (excluded) that chooses the jitter. */
  readonly random: () => number;
  readonly limiter: Limiter;
  /** Stores the observation of a finished probe. An error is logged. */
  readonly record: (observation: Observation) => void;
  /** Called with the name of the credential after each probe, whether its observation could be stored or not. */
  readonly onPolled: (credential: string) => void;
}

/**
 * The result of `probeNow`: `probed` a probe has ended since the call; `fresh` the last probe is too recent to repeat;
 * `backing_off` the hub has blocked the credential, and no request was sent.
 */
export type ProbeNowAnswer = 'probed' | 'fresh' | 'backing_off';

/** How long `probeNow` does not repeat a probe, in milliseconds, so that a scraper does not send too many requests. */
const MIN_SPACING_MS = 5_000;
/** From which duration of its last probe on a credential has the priority `slow`, in milliseconds. */
const SLOW_MS = 2_000;

/** Tracks one probe from its tick to its end: it waits for its jitter, waits for a slot of the limiter, then runs. */
interface Attempt {
  readonly abort: AbortController;
  /** Whether the probe was not started by a tick of the schedule. */
  readonly isExtra: boolean;
  /** Cancels the timer of the jitter. Undefined when the jitter is over. */
  cancelDelay: (() => void) | undefined;
  /** The callbacks of the callers that wait for the result. */
  readonly waiters: Set<Waiter>;
}

/** Called once: with undefined after a result, or with the reason why there is none. */
type Waiter = (failure: ProbeWaitReason | undefined) => void;

/** Polls one credential: runs at most one probe at a time, applies the back-off and notifies callers that wait for a result. */
export class PolledCredential {
  readonly #ports: PollingPorts;
  #credential: Credential;
  #ticker: Ticker;
  #attempt: Attempt | undefined;
  #backOff: BackOff = NO_BACK_OFF;
  #lastEndedAtMs = Number.NEGATIVE_INFINITY;
  #priority: Priority = 'normal';
  #extraProbeAtMs: number | undefined;
  /** From when on the credential is overdue, in milliseconds of the monotonic clock. */
  #overdueAtMs = Number.POSITIVE_INFINITY;

  constructor(ports: PollingPorts, credential: Credential, ticker: Ticker) {
    this.#ports = ports;
    this.#credential = credential;
    this.#ticker = ticker;
  }

  /** The credential with its current settings. */
  get credential(): Credential {
    return this.#credential;
  }

  /** Replaces the settings and the ticker by those of a credential with the same name and fingerprint. A running probe is not changed. */
  update(credential: Credential, ticker: Ticker): void {
    this.#credential = credential;
    this.#ticker = ticker;
    this.#expectProbe();
  }

  /** Handles a tick of the schedule: begins a probe or skips the tick. */
  tick(): void {
    const { clock, log, random } = this.#ports;
    const plan = planTick(
      {
        nowMs: clock.monotonicMs(),
        isUnderWay: this.#attempt !== undefined,
        backOff: this.#backOff,
        extraProbeAtMs: this.#extraProbeAtMs,
        intervalMs: this.#ticker.intervalMs(),
        jitterMs: this.#credential.jitterMs,
      },
      random(),
    );
    this.#expectProbe();
    if (plan.kind === 'probe') this.#begin(plan.delayMs, false);
    else log.debug('Skips a tick of the schedule', { credential: this.#name, reason: plan.reason });
  }

  /** Begins a probe without jitter and regardless of the schedule, unless one is running or the hub has blocked the credential. */
  probeAtOnce(): void {
    if (!this.#attempt && !this.#isBackingOff()) this.#begin(0, true);
  }

  /**
   * Begins a probe if none has begun for about two intervals of the monotonic clock. Then the schedule has failed, for
   * whatever cause.
   * @returns whether the credential was overdue
   */
  probeIfOverdue(): boolean {
    const { clock, log } = this.#ports;
    const overdueMs = clock.monotonicMs() - this.#overdueAtMs;
    if (this.#attempt || this.#isBackingOff() || overdueMs < 0) return false;
    log.warn('A credential is overdue and is polled now', {
      credential: this.#name,
      lastPollSecondsAgo: Math.round((clock.monotonicMs() - this.#lastEndedAtMs) / 1_000),
    });
    this.#expectProbe();
    this.probeAtOnce();
    return true;
  }

  /**
   * Handles a change of the wall clock: begins a probe if the clock was set forward by more than an interval.
   * @param jumpMs change in milliseconds, positive if the clock was set forward
   */
  clockJumped(jumpMs: number): void {
    this.#expectProbe();
    if (jumpMs > this.#ticker.intervalMs()) this.probeAtOnce();
  }

  /**
   * Returns when a result no older than 5 s exists: joins a running probe, begins one, or finds a recent result.
   * @param timeoutMs how long to wait, in milliseconds; undefined waits as long as the probe takes
   * @throws ProbeWaitError if no result arrives in time, or the credential is stopped
   */
  async probeNow(timeoutMs: number | undefined): Promise<ProbeNowAnswer> {
    const attempt = this.#attempt;
    if (!attempt) {
      if (this.#isBackingOff()) return 'backing_off';
      if (this.#ports.clock.monotonicMs() - this.#lastEndedAtMs < MIN_SPACING_MS) return 'fresh';
      return this.#wait(this.#begin(0, true), timeoutMs);
    }
    if (attempt.cancelDelay) {
      attempt.cancelDelay();
      this.#enterLimiter(attempt);
    }
    return this.#wait(attempt, timeoutMs);
  }

  /** Stops the polling: aborts the running probe, discards its result, and rejects the callers that wait with this reason. */
  stop(reason: ProbeWaitReason): void {
    const attempt = this.#attempt;
    if (!attempt) return;
    this.#attempt = undefined;
    attempt.cancelDelay?.();
    attempt.abort.abort();
    settleWaiters(attempt.waiters, reason);
  }

  get #name(): string {
    return this.#credential.identity.name;
  }

  #isBackingOff(): boolean {
    return this.#ports.clock.monotonicMs() < this.#backOff.untilMs;
  }

  /** Sets when the credential becomes overdue: one interval, the jitter and the timeout after the next tick. */
  #expectProbe(): void {
    const { jitterMs, timeoutMs } = this.#credential;
    const slackMs = this.#ticker.intervalMs() + jitterMs + timeoutMs;
    this.#overdueAtMs = this.#ports.clock.monotonicMs() + this.#ticker.untilNextMs() + slackMs;
  }

  #begin(delayMs: number, isExtra: boolean): Attempt {
    const attempt: Attempt = {
      abort: new AbortController(),
      isExtra,
      cancelDelay: undefined,
      waiters: new Set(),
    };
    this.#attempt = attempt;
    if (delayMs > 0)
      attempt.cancelDelay = this.#ports.timers.after(delayMs, () => this.#enterLimiter(attempt));
    else this.#enterLimiter(attempt);
    return attempt;
  }

  #enterLimiter(attempt: Attempt): void {
    attempt.cancelDelay = undefined;
    this.#ports.limiter.run(() => this.#run(attempt), this.#priority);
  }

  async #run(attempt: Attempt): Promise<void> {
    if (attempt.abort.signal.aborted) return;
    const startedAtMs = this.#ports.clock.monotonicMs();
    const reading = await runProbe(this.#ports, this.#credential, attempt.abort);
    if (!reading || this.#attempt !== attempt) return;
    this.#attempt = undefined;
    this.#finish(reading, startedAtMs, attempt.isExtra);
    settleWaiters(attempt.waiters, undefined);
  }

  #finish(reading: Reading, startedAtMs: number, isExtra: boolean): void {
    const { clock, log, record, onPolled } = this.#ports;
    const endedAtMs = clock.monotonicMs();
    const hasLearned = reading.kind === 'metered' || reading.kind === 'unmetered';
    this.#backOff = nextBackOff(this.#backOff, reading, endedAtMs);
    this.#lastEndedAtMs = endedAtMs;
    this.#expectProbe();
    this.#priority = endedAtMs - startedAtMs > SLOW_MS ? 'low' : 'normal';
    this.#extraProbeAtMs = isExtra && hasLearned ? startedAtMs : undefined;
    const pauseMs = Math.max(0, this.#backOff.untilMs - endedAtMs);
    if (reading.kind === 'blocked') {
      log.warn('Docker Hub blocked a credential, which is not polled for now', {
        credential: this.#name,
        reason: reading.reason,
        pauseSeconds: Math.round(pauseMs / 1_000),
      });
    }
    try {
      record({
        credential: this.#name,
        at: clock.now(),
        durationMs: endedAtMs - startedAtMs,
        intervalMs: Math.max(this.#ticker.intervalMs(), pauseMs),
        reading,
      });
    } catch (error) {
      log.error('Cannot record a reading', { credential: this.#name, error });
    }
    onPolled(this.#name);
  }

  #wait({ waiters }: Attempt, timeoutMs: number | undefined): Promise<ProbeNowAnswer> {
    const { timers } = this.#ports;
    return new Promise((resolve, reject) => {
      const waiter: Waiter = (failure) => {
        cancel?.();
        waiters.delete(waiter);
        if (failure) reject(new ProbeWaitError(failure, this.#name));
        else resolve('probed');
      };
      waiters.add(waiter);
      const cancel = timeoutMs === undefined ? undefined : timers.after(timeoutMs, () => waiter('timeout'));
    });
  }
}

function settleWaiters(waiters: ReadonlySet<Waiter>, failure: ProbeWaitReason | undefined): void {
  for (const waiter of [...waiters]) waiter(failure);
}

/** How long after its own timeout a probe is aborted, in milliseconds (5 s). It should have ended by itself. */
const GRACE_MS = 5_000;

/**
 * Runs one probe and returns its reading. A probe that rejects or does not end, against its contract, becomes an internal
 * failure. Otherwise its credential would never be polled again, and its slot of the limiter would stay occupied.
 * @param abort aborts the probe; `runProbe` aborts it itself after the timeout of the credential plus 5 s
 * @returns undefined as soon as `abort` is aborted, even if the probe does not end
 */
export function runProbe(
  ports: ProbePorts,
  credential: Credential,
  abort: AbortController,
): Promise<Reading | undefined> {
  return new Promise((resolve) => {
    const settle = (reading: Reading | undefined) => {
      cancelTimer();
      abort.signal.removeEventListener('abort', onAbort);
      resolve(reading);
    };
    const onAbort = () => settle(undefined);
    const cancelTimer = ports.timers.after(credential.timeoutMs + GRACE_MS, () => {
      settle(internalFailure(ports.log, credential, new Error('The probe did not end in its time')));
      abort.abort();
    });
    abort.signal.addEventListener('abort', onAbort);
    probeSafely(ports, credential, abort.signal).then(settle);
  });
}

async function probeSafely(ports: ProbePorts, credential: Credential, signal: AbortSignal): Promise<Reading> {
  try {
    return await ports.probe(credential, signal);
  } catch (error) {
    // An aborted probe may reject; its result is discarded.
    if (signal.aborted) return failed('internal', 'The probe was aborted');
    return internalFailure(ports.log, credential, error);
  }
}

function internalFailure(log: Log, credential: Credential, error: unknown): Reading {
  log.error('A probe failed inside Headroom', { credential: credential.identity.name, error });
  return failed('internal', redact(error instanceof Error ? error.message : String(error)));
}
