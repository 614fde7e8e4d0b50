import type { Clock } from '../../domain/clock.ts';
import type { FleetView, Labels } from '../../domain/fleet.ts';
import type { Log } from '../../domain/log.ts';
import type { Answer } from './answer.ts';
import { type MappedFleet, mapFleet } from './map-fleet.ts';
import type { OwnPolls } from './own-polls.ts';

/** What a watch is given. */
export interface FleetWatchPorts {
  /** The newest values of `FLEET_FAMILIES`. */
  readonly ask: () => Promise<Answer>;
  readonly ownPolls: Pick<OwnPolls, 'has'>;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly log: Log;
}

/** Keeps what is known of the fleet. Reading it costs nothing and never waits. */
export interface FleetWatch {
  /** Asks again, unless a question is under way. Never rejects. */
  refresh(): Promise<void>;
  /** What may be said now. */
  view(): FleetView;
  /** The labels under which this Headroom's own series are stored; empty before the first that were recognised. */
  ownLabels(): readonly Labels[];
}

/**
 * How long an answer is believed when no other follows, in milliseconds (1 min): one lost question says nothing about
 * the fleet, and what stands on the page must not grow old unseen.
 */
export const BELIEVED_MS = 60_000;

interface Known {
  readonly fleet: MappedFleet;
  readonly warning: string | undefined;
  readonly readAt: number;
  readonly monotonicMs: number;
}

/** Creates a watch that knows nothing yet. */
export function createFleetWatch(ports: FleetWatchPorts): FleetWatch {
  return new Watch(ports);
}

class Watch implements FleetWatch {
  readonly #ports: FleetWatchPorts;
  #known: Known | undefined;
  #trouble: string | undefined;
  #own: readonly Labels[] = [];
  #asking: Promise<void> | undefined;

  constructor(ports: FleetWatchPorts) {
    this.#ports = ports;
  }

  refresh(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  view(): FleetView {
    const known = this.#known;
    const isBelieved = known && this.#ports.clock.monotonicMs() - known.monotonicMs < BELIEVED_MS;
    return {
      members: isBelieved ? known.fleet.members : [],
      readAt: isBelieved ? known.readAt : undefined,
      trouble: this.#trouble,
      warning: isBelieved ? known.warning : undefined,
    };
  }

  ownLabels(): readonly Labels[] {
    return this.#own;
  }

  async #ask(): Promise<void> {
    const { ask, ownPolls, clock, log } = this.#ports;
    try {
      const { series, warnings } = await ask();
      const fleet = mapFleet(series, (trace) => ownPolls.has(trace));
      const [warning] = warnings;
      this.#known = { fleet, warning, readAt: clock.now(), monotonicMs: clock.monotonicMs() };
      if (fleet.own.length > 0) this.#own = fleet.own;
      if (this.#trouble !== undefined)
        log.info('The fleet can be read again', { members: fleet.members.length });
      this.#trouble = undefined;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#trouble === undefined) log.warn('The fleet cannot be read', { reason });
      this.#trouble = reason;
    }
  }
}
