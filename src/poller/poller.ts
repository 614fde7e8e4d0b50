import type { Credential } from '../domain/credential.ts';
import type { Observation } from '../domain/result.ts';
import type { Clock, Timers } from '../kit/clock.ts';
import { createLimiter, type Limiter } from '../kit/limiter.ts';
import type { Log } from '../kit/log.ts';
import { PolledCredential, type PollingPorts, type Probe, type ProbeNowAnswer } from './polled-credential.ts';
import { ProbeWaitError } from './probe-wait-error.ts';
import type { Schedule, StartTicker } from './schedule-groups.ts';
import { ScheduleGroups } from './schedule-groups.ts';

/** Tracks which credentials of the first configuration have no result yet. */
export class FirstRound {
  /** Resolves once every credential has a result. */
  readonly done: Promise<void>;
  #missing: Set<string> | undefined;
  #resolve: (() => void) | undefined;

  constructor() {
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Sets the credentials whose results are awaited. Only the first call has an effect. */
  begin(names: Iterable<string>): void {
    if (this.#missing) return;
    this.#missing = new Set(names);
    this.#check();
  }

  /** Marks a credential as done, because it has a result or is no longer polled. */
  settle(name: string): void {
    this.#missing?.delete(name);
    this.#check();
  }

  /** Marks all credentials as done. */
  end(): void {
    this.#missing = new Set();
    this.#check();
  }

  #check(): void {
    if (this.#missing?.size === 0) this.#resolve?.();
  }
}

/** Contains the dependencies of a poller. */
interface PollerPorts {
  /** Sends one probe to the hub. */
  readonly probe: Probe;
  /** Stores each finished probe, in the order in which they end. An error that it throws is logged. */
  readonly record: (observation: Observation) => void;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly startTicker: StartTicker;
  /** Returns a number from 0 (included) to 1 (excluded) that chooses the jitter. */
  readonly random: () => number;
  readonly log: Log;
}

/** How often the poller checks for overdue credentials, in milliseconds (5 s). */
const WATCH_EVERY_MS = 5_000;

/** Contains the limits of all polling. */
interface PollingLimits {
  /** How many probes may run at the same time. */
  readonly concurrency: number;
}

/** Polls all credentials by their schedules. */
export interface Poller {
  /**
   * Starts polling, or applies a reloaded configuration. New and changed credentials are probed at once, in the given
   * order and without jitter; the concurrency limits the load. A credential with an unchanged fingerprint keeps its
   * back-off, and with an unchanged schedule its ticks too. The polling of a removed credential is stopped and its probe
   * aborted.
   */
  apply(credentials: readonly Credential[], limits: PollingLimits): void;

  /** Resolves once each credential of the first `apply` has a result of any kind or is no longer polled. */
  readonly firstRound: Promise<void>;

  /**
   * Returns when a result of one credential no older than 5 s exists, without a change of its schedule: joins a running
   * probe or begins one, unless the hub has blocked the credential.
   * @param credential name of the credential
   * @param options `timeoutMs` limits the wait, in milliseconds. Default: as long as the probe takes.
   * @throws ProbeWaitError if no result arrives in time, there is no such credential, or the poller is stopped
   */
  probeNow(credential: string, options?: { readonly timeoutMs?: number }): Promise<ProbeNowAnswer>;

  /**
   * Handles a change of the wall clock. A clock that jumps forward by more than an interval may mean that the machine was
   * suspended: then values are older than they seem, and the credentials are probed at once.
   * @param jumpMs change in milliseconds, positive if the clock was set forward
   */
  clockJumped(jumpMs: number): void;

  /** Returns for each polled credential, by name, how often it was polled because it was overdue. */
  overduePolls(): ReadonlyMap<string, number>;

  /** Stops all polling at once: aborts running probes and records no further result. */
  stop(): void;
}

/** Creates a poller. It polls nothing before the first `apply`. */
export function createPoller(ports: PollerPorts): Poller {
  return new CredentialPoller(ports);
}

class CredentialPoller implements Poller {
  readonly firstRound: Promise<void>;
  readonly #firstRound = new FirstRound();
  readonly #limiter: Limiter = createLimiter(0);
  readonly #groups: ScheduleGroups;
  readonly #ports: PollingPorts;
  readonly #polled = new Map<string, PolledCredential>();
  #overduePolls: ReadonlyMap<string, number> = new Map();
  #cancelWatch: (() => void) | undefined;
  #isStopped = false;

  constructor({ startTicker, ...ports }: PollerPorts) {
    this.firstRound = this.#firstRound.done;
    this.#groups = new ScheduleGroups(startTicker);
    this.#ports = {
      ...ports,
      limiter: this.#limiter,
      onPolled: (credential) => this.#firstRound.settle(credential),
    };
  }

  apply(credentials: readonly Credential[], { concurrency }: PollingLimits): void {
    if (this.#isStopped) return;
    const wanted = new Map(credentials.map((credential) => [credential.identity.name, credential]));
    for (const polled of [...this.#polled.values()]) {
      const successor = wanted.get(polled.credential.identity.name);
      if (successor?.identity.fingerprint !== polled.credential.identity.fingerprint) this.#remove(polled);
    }
    this.#firstRound.begin(wanted.keys());
    this.#limiter.resize(concurrency);
    for (const credential of wanted.values()) this.#apply(credential);
    this.#groups.dropEmpty();
    this.#overduePolls = new Map([...wanted.keys()].map((name) => [name, this.#overduePolls.get(name) ?? 0]));
    if (!this.#cancelWatch) this.#watch();
  }

  async probeNow(credential: string, options?: { readonly timeoutMs?: number }): Promise<ProbeNowAnswer> {
    if (this.#isStopped) throw new ProbeWaitError('stopped', credential);
    const polled = this.#polled.get(credential);
    if (!polled) throw new ProbeWaitError('not_polled', credential);
    return polled.probeNow(options?.timeoutMs);
  }

  clockJumped(jumpMs: number): void {
    this.#groups.clockJumped();
    for (const polled of this.#polled.values()) polled.clockJumped(jumpMs);
  }

  overduePolls(): ReadonlyMap<string, number> {
    return this.#overduePolls;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelWatch?.();
    this.#groups.stop();
    for (const polled of this.#polled.values()) polled.stop('stopped');
    this.#polled.clear();
    this.#firstRound.end();
  }

  /** Checks for overdue credentials by a timer of its own, in case a schedule fails. */
  #watch(): void {
    this.#cancelWatch = this.#ports.timers.after(WATCH_EVERY_MS, () => {
      this.#watch();
      for (const [name, polled] of this.#polled) {
        if (!polled.probeIfOverdue()) continue;
        this.#overduePolls = new Map([
          ...this.#overduePolls,
          [name, (this.#overduePolls.get(name) ?? 0) + 1],
        ]);
      }
    });
  }

  #apply(credential: Credential): void {
    const { name } = credential.identity;
    const old = this.#polled.get(name);
    if (!old) {
      const polled = new PolledCredential(
        this.#ports,
        credential,
        this.#groups.tickerOf(scheduleOf(credential)),
      );
      this.#polled.set(name, polled);
      this.#groups.join(scheduleOf(credential), polled);
      polled.probeAtOnce();
      return;
    }
    const before = scheduleOf(old.credential);
    const isRescheduled =
      before.expression !== credential.schedule || before.timezone !== credential.timezone;
    if (isRescheduled) this.#groups.leave(before, old);
    old.update(credential, this.#groups.tickerOf(scheduleOf(credential)));
    if (!isRescheduled) return;
    this.#groups.join(scheduleOf(credential), old);
    old.probeAtOnce();
  }

  #remove(polled: PolledCredential): void {
    const { name } = polled.credential.identity;
    this.#groups.leave(scheduleOf(polled.credential), polled);
    this.#polled.delete(name);
    polled.stop('not_polled');
    this.#firstRound.settle(name);
  }
}

function scheduleOf({ schedule, timezone }: Credential): Schedule {
  return { expression: schedule, timezone };
}
