import type { Credential } from '../domain/credential.ts';
import type { Reading } from '../domain/reading.ts';
import type { Observation } from '../domain/result.ts';
import type { Clock } from '../kit/clock.ts';
import type { Lanes, Pace } from '../kit/limiter.ts';
import { type ProbePorts, ProbeWaitError, type ProbeWaitReason, runProbe } from './run-probe.ts';
import type { Ticker } from './schedule-groups.ts';
import { type BackOff, NO_BACK_OFF, nextBackOff, planTick } from './tick-plan.ts';

/** What the polled credentials share. */
export interface PollingPorts extends ProbePorts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly lanes: Lanes;
  /** Takes a finished probe. Does not throw. */
  readonly record: (observation: Observation) => void;
}

/**
 * What asking for a probe came to: `probed` one has ended since; `fresh` the last one is too young to repeat;
 * `backing_off` the hub has blocked the credential, and nothing was sent.
 */
export type ProbeNowAnswer = 'probed' | 'fresh' | 'backing_off';

/** A result younger than this is not asked for again, in milliseconds: a scraper must not hammer the hub. */
const MIN_SPACING_MS = 5_000;
/** A credential whose last probe took longer than this is slow, in milliseconds: far more than Docker Hub needs. */
const SLOW_MS = 2_000;

/** One probe from its tick to its end: it waits out its jitter, waits for a lane, runs. */
interface Attempt {
  readonly abort: AbortController;
  /** Whether no tick of the schedule has asked for it. */
  readonly isExtra: boolean;
  /** Ends the wait for the jitter, if it is still waiting for that. */
  callOffDelay: (() => void) | undefined;
  /** Those who wait for its result. */
  readonly waiters: Set<Waiter>;
}

/** Called once, with the reason when no result came. */
type Waiter = (failure: ProbeWaitReason | undefined) => void;

/** The polling of one credential: at most one probe under way, its back-off, and those who wait for a result. */
export class PolledCredential {
  readonly #ports: PollingPorts;
  #credential: Credential;
  #ticker: Ticker;
  #attempt: Attempt | undefined;
  #backOff: BackOff = NO_BACK_OFF;
  #lastEndedAtMs = Number.NEGATIVE_INFINITY;
  #pace: Pace = 'usual';
  #extraProbeAtMs: number | undefined;
  /** When a probe should have begun, whatever the schedule, by the monotonic clock. */
  #overdueAtMs = Number.POSITIVE_INFINITY;

  constructor(ports: PollingPorts, credential: Credential, ticker: Ticker) {
    this.#ports = ports;
    this.#credential = credential;
    this.#ticker = ticker;
  }

  get credential(): Credential {
    return this.#credential;
  }

  /** Takes over a credential of the same name and fingerprint, and its schedule. A running probe ends as it began. */
  update(credential: Credential, ticker: Ticker): void {
    this.#credential = credential;
    this.#ticker = ticker;
    this.#expectProbe();
  }

  /** The schedule says that it is time. */
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

  /** Probes off the schedule without jitter, unless a probe is under way or the hub has blocked the credential. */
  probeAtOnce(): void {
    if (!this.#attempt && !this.#isBackingOff()) this.#begin(0, true);
  }

  /**
   * Probes off the schedule when the next probe should have begun long ago by the monotonic clock: about two intervals
   * after the last one. Then the schedule is not to be relied on, whatever the cause.
   * @returns whether it was overdue
   */
  probeIfOverdue(): boolean {
    const { clock, log } = this.#ports;
    const overdueMs = clock.monotonicMs() - this.#overdueAtMs;
    if (this.#attempt || this.#isBackingOff() || overdueMs < 0) return false;
    log.warn('A credential is overdue, and is polled now', {
      credential: this.#name,
      lastPollSecondsAgo: Math.round((clock.monotonicMs() - this.#lastEndedAtMs) / 1_000),
    });
    this.#expectProbe();
    this.probeAtOnce();
    return true;
  }

  /** Goes on after the wall clock was set; `jumpMs` is positive when it was set forward. */
  clockJumped(jumpMs: number): void {
    this.#expectProbe();
    if (jumpMs > this.#ticker.intervalMs()) this.probeAtOnce();
  }

  /**
   * Sees to a result that is younger than the guard against hammering allows, joining a probe that is under way.
   * @param timeoutMs how long to wait for it; undefined: as long as the probe takes
   */
  async probeNow(timeoutMs: number | undefined): Promise<ProbeNowAnswer> {
    const attempt = this.#attempt;
    if (!attempt) {
      if (this.#isBackingOff()) return 'backing_off';
      if (this.#ports.clock.monotonicMs() - this.#lastEndedAtMs < MIN_SPACING_MS) return 'fresh';
      return this.#wait(this.#begin(0, true), timeoutMs);
    }
    if (attempt.callOffDelay) {
      attempt.callOffDelay();
      this.#enterLane(attempt);
    }
    return this.#wait(attempt, timeoutMs);
  }

  /** Ends it for good: aborts the probe under way, whose result nobody hears of, and sends those who wait away. */
  stop(reason: ProbeWaitReason): void {
    const attempt = this.#attempt;
    if (!attempt) return;
    this.#attempt = undefined;
    attempt.callOffDelay?.();
    attempt.abort.abort();
    dismiss(attempt.waiters, reason);
  }

  get #name(): string {
    return this.#credential.identity.name;
  }

  #isBackingOff(): boolean {
    return this.#ports.clock.monotonicMs() < this.#backOff.untilMs;
  }

  /** One interval, jitter and timeout after the next tick there is no excuse left. */
  #expectProbe(): void {
    const { jitterMs, timeoutMs } = this.#credential;
    const slackMs = this.#ticker.intervalMs() + jitterMs + timeoutMs;
    this.#overdueAtMs = this.#ports.clock.monotonicMs() + this.#ticker.untilNextMs() + slackMs;
  }

  #begin(delayMs: number, isExtra: boolean): Attempt {
    const attempt: Attempt = {
      abort: new AbortController(),
      isExtra,
      callOffDelay: undefined,
      waiters: new Set(),
    };
    this.#attempt = attempt;
    if (delayMs > 0) attempt.callOffDelay = this.#ports.timers.after(delayMs, () => this.#enterLane(attempt));
    else this.#enterLane(attempt);
    return attempt;
  }

  #enterLane(attempt: Attempt): void {
    attempt.callOffDelay = undefined;
    this.#ports.lanes.enter(() => this.#run(attempt), this.#pace);
  }

  async #run(attempt: Attempt): Promise<void> {
    if (attempt.abort.signal.aborted) return;
    const startedAtMs = this.#ports.clock.monotonicMs();
    const reading = await runProbe(this.#ports, this.#credential, attempt.abort);
    if (!reading || this.#attempt !== attempt) return;
    this.#attempt = undefined;
    this.#finish(reading, startedAtMs, attempt.isExtra);
    dismiss(attempt.waiters, undefined);
  }

  #finish(reading: Reading, startedAtMs: number, isExtra: boolean): void {
    const { clock, log, record } = this.#ports;
    const endedAtMs = clock.monotonicMs();
    const hasLearned = reading.kind === 'metered' || reading.kind === 'unmetered';
    this.#backOff = nextBackOff(this.#backOff, reading, endedAtMs);
    this.#lastEndedAtMs = endedAtMs;
    this.#expectProbe();
    this.#pace = endedAtMs - startedAtMs > SLOW_MS ? 'slow' : 'usual';
    this.#extraProbeAtMs = isExtra && hasLearned ? startedAtMs : undefined;
    const pauseMs = Math.max(0, this.#backOff.untilMs - endedAtMs);
    if (reading.kind === 'blocked') {
      log.warn('Docker Hub blocks a credential, which rests now', {
        credential: this.#name,
        reason: reading.reason,
        pauseSeconds: pauseMs / 1_000,
      });
    }
    record({
      credential: this.#name,
      at: clock.now(),
      durationMs: endedAtMs - startedAtMs,
      intervalMs: Math.max(this.#ticker.intervalMs(), pauseMs),
      reading,
    });
  }

  #wait({ waiters }: Attempt, timeoutMs: number | undefined): Promise<ProbeNowAnswer> {
    const { timers } = this.#ports;
    return new Promise((resolve, reject) => {
      const waiter: Waiter = (failure) => {
        callOff?.();
        waiters.delete(waiter);
        if (failure) reject(new ProbeWaitError(failure, this.#name));
        else resolve('probed');
      };
      waiters.add(waiter);
      const callOff = timeoutMs === undefined ? undefined : timers.after(timeoutMs, () => waiter('timeout'));
    });
  }
}

function dismiss(waiters: ReadonlySet<Waiter>, failure: ProbeWaitReason | undefined): void {
  for (const waiter of [...waiters]) waiter(failure);
}
