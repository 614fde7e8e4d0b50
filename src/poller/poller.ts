import type { Clock } from '../domain/clock.ts';
import type { Credential } from '../domain/credential.ts';
import type { Log } from '../domain/log.ts';
import type { Observation } from '../domain/result.ts';
import type { Timers } from '../kit/timers.ts';
import { FirstRound } from './first-round.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { PolledCredential, type PollingPorts, type ProbeNowAnswer } from './polled-credential.ts';
import { ProbeWaitError } from './probe-wait-error.ts';
import type { Probe } from './run-probe.ts';
import { ScheduleGroups } from './schedule-groups.ts';
import type { StartTicker } from './ticker.ts';

/** What a poller is given. */
export interface PollerPorts {
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

/** How many probes may be under way at once. */
export interface PollingLimits {
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
  }

  async probeNow(credential: string, options?: { readonly timeoutMs?: number }): Promise<ProbeNowAnswer> {
    if (this.#isStopped) throw new ProbeWaitError('stopped', credential);
    const polled = this.#polled.get(credential);
    if (!polled) throw new ProbeWaitError('not_polled', credential);
    return polled.probeNow(options?.timeoutMs);
  }

  stop(): void {
    this.#isStopped = true;
    this.#groups.stop();
    for (const polled of this.#polled.values()) polled.stop('stopped');
    this.#polled.clear();
    this.#round.end();
  }

  #adopt(credential: Credential): void {
    const { name } = credential.identity;
    const old = this.#polled.get(name);
    if (!old) {
      const polled = new PolledCredential(
        this.#ports,
        credential,
        this.#groups.tickerOf(credential.schedule),
      );
      this.#polled.set(name, polled);
      this.#groups.join(credential.schedule, polled);
      polled.probeAtOnce();
      return;
    }
    const isRescheduled = old.credential.schedule !== credential.schedule;
    if (isRescheduled) this.#groups.leave(old.credential.schedule, old);
    old.update(credential, this.#groups.tickerOf(credential.schedule));
    if (!isRescheduled) return;
    this.#groups.join(credential.schedule, old);
    old.probeAtOnce();
  }

  #remove(polled: PolledCredential): void {
    const { name } = polled.credential.identity;
    this.#groups.leave(polled.credential.schedule, polled);
    this.#polled.delete(name);
    polled.stop('not_polled');
    this.#round.settle(name);
  }
}
