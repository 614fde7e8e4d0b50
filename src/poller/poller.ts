import type { Credential } from '../domain/credential.ts';
import type { Observation } from '../domain/result.ts';
import type { Clock, Timers } from '../kit/clock.ts';
import { createLanes, type Lanes } from '../kit/limiter.ts';
import type { Log } from '../kit/log.ts';
import { PolledCredential, type PollingPorts, type ProbeNowAnswer } from './polled-credential.ts';
import type { Probe } from './run-probe.ts';
import { ProbeWaitError } from './run-probe.ts';
import type { Schedule, StartTicker } from './schedule-groups.ts';
import { ScheduleGroups } from './schedule-groups.ts';

/** The first result of each credential of the first configuration. */
export class FirstRound {
  /** Settles when nobody is missing any more. */
  readonly done: Promise<void>;
  #missing: Set<string> | undefined;
  #resolve: (() => void) | undefined;

  constructor() {
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Says of whom a result is missing. Only the first call counts. */
  begin(names: Iterable<string>): void {
    if (this.#missing) return;
    this.#missing = new Set(names);
    this.#check();
  }

  /** Nobody needs to wait for this one any more. */
  settle(name: string): void {
    this.#missing?.delete(name);
    this.#check();
  }

  /** Nobody needs to wait at all any more. */
  end(): void {
    this.#missing = new Set();
    this.#check();
  }

  #check(): void {
    if (this.#missing?.size === 0) this.#resolve?.();
  }
}

/** What a poller is given. */
interface PollerPorts {
  /** Asks the hub once. */
  readonly probe: Probe;
  /** Takes each finished probe, in the order in which they end. */
  readonly record: (observation: Observation) => void;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly startTicker: StartTicker;
  /** At least 0, less than 1. */
  readonly random: () => number;
  readonly log: Log;
}

/** How often it is looked for credentials that are overdue, in milliseconds (5 s). */
const WATCH_EVERY_MS = 5_000;

/** How many probes may be under way at once. */
interface PollingLimits {
  readonly concurrency: number;
}

/** The scheduled series of probes of all credentials. */
export interface Poller {
  /**
   * Starts, or takes over a reloaded configuration. New and changed credentials are probed at once, in the order given
   * and as many at a time as the concurrency allows, without jitter: nobody wants to wait for the first answer, and
   * the lanes spread the load. A credential whose fingerprint and schedule are unchanged keeps its rhythm; one whose
   * fingerprint is unchanged keeps its back-off; one that is gone is stopped, its probe aborted.
   */
  apply(credentials: readonly Credential[], limits: PollingLimits): void;

  /** Settles when each credential of the first `apply` has one result, whatever it was, or is polled no more. */
  readonly firstRound: Promise<void>;

  /**
   * Sees to a result of one credential that is no older than 5 seconds, without disturbing its schedule: joins a probe
   * under way, otherwise makes one, unless the hub has blocked the credential.
   * @throws ProbeWaitError when there is none in time, no such credential, or the poller has been stopped
   */
  probeNow(credential: string, options?: { readonly timeoutMs?: number }): Promise<ProbeNowAnswer>;

  /**
   * Takes over the corrected `now()` of the clock, after the wall clock was set. Clocks that jump forward by more than
   * an interval may belong to a machine that was suspended: then a value is older than is known, and is asked for anew.
   * @param jumpMs how far it was set, in milliseconds, forward positive
   */
  clockJumped(jumpMs: number): void;

  /** Returns how often each polled credential had to be polled because it was overdue, by its name. */
  overduePolls(): ReadonlyMap<string, number>;

  /** Ends everything at once, even while probes hang: they are aborted, and nothing is recorded any more. */
  stop(): void;
}

/** A poller at rest; `apply` starts it. */
export function createPoller(ports: PollerPorts): Poller {
  return new CredentialPoller(ports);
}

class CredentialPoller implements Poller {
  readonly firstRound: Promise<void>;
  readonly #round = new FirstRound();
  readonly #lanes: Lanes = createLanes(0);
  readonly #groups: ScheduleGroups;
  readonly #ports: PollingPorts;
  readonly #polled = new Map<string, PolledCredential>();
  #overduePolls: ReadonlyMap<string, number> = new Map();
  #callOffWatch: (() => void) | undefined;
  #isStopped = false;

  constructor({ startTicker, ...ports }: PollerPorts) {
    this.firstRound = this.#round.done;
    this.#groups = new ScheduleGroups(startTicker);
    this.#ports = {
      ...ports,
      lanes: this.#lanes,
      record: (observation) => {
        try {
          ports.record(observation);
        } catch (error) {
          ports.log.error('A reading could not be recorded', { credential: observation.credential, error });
        }
        this.#round.settle(observation.credential);
      },
    };
  }

  apply(credentials: readonly Credential[], { concurrency }: PollingLimits): void {
    if (this.#isStopped) return;
    const wanted = new Map(credentials.map((credential) => [credential.identity.name, credential]));
    for (const polled of [...this.#polled.values()]) {
      const successor = wanted.get(polled.credential.identity.name);
      if (successor?.identity.fingerprint !== polled.credential.identity.fingerprint) this.#remove(polled);
    }
    this.#round.begin(wanted.keys());
    this.#lanes.resize(concurrency);
    for (const credential of wanted.values()) this.#adopt(credential);
    this.#groups.dropEmpty();
    this.#overduePolls = new Map([...wanted.keys()].map((name) => [name, this.#overduePolls.get(name) ?? 0]));
    if (!this.#callOffWatch) this.#watch();
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
    this.#callOffWatch?.();
    this.#groups.stop();
    for (const polled of this.#polled.values()) polled.stop('stopped');
    this.#polled.clear();
    this.#round.end();
  }

  /** Looks by its own timer for credentials that their schedules have forgotten. */
  #watch(): void {
    this.#callOffWatch = this.#ports.timers.after(WATCH_EVERY_MS, () => {
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

  #adopt(credential: Credential): void {
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
    this.#round.settle(name);
  }
}

function scheduleOf({ schedule, timezone }: Credential): Schedule {
  return { expression: schedule, timezone };
}
