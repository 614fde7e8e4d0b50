import type { FleetSnapshot } from '../../domain/history/fleet.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import { type MappedFleet, mapFleet } from './map-fleet.ts';
import type { OwnLabels, OwnPolls } from './own-instance.ts';
import { instanceLabelsOf } from './own-instance.ts';
import type { QueriedSeries, QueryResult } from './query-result.ts';

/** What a watch is given. */
export interface FleetWatchPorts {
  /** The newest values of `FLEET_FAMILIES`. */
  readonly query: () => Promise<QueryResult>;
  readonly ownPolls: Pick<OwnPolls, 'has'>;
  /** Is told where the own series are found. */
  readonly ownLabels: OwnLabels;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly log: Log;
}

/** Keeps what is known of the fleet. Reading it costs nothing and never waits. */
export interface FleetWatch {
  /** Asks again, unless a question is under way. Never rejects. */
  refresh(): Promise<void>;
  /** What may be said now. */
  view(): FleetSnapshot;
  /** Resolves as soon as the store answers and it is known which series are this Headroom's own. */
  whenReadable(): Promise<void>;
}

/**
 * How long an answer is believed when no other follows, in milliseconds (1 min): one lost question says nothing about
 * the fleet, and what stands on the page must not grow old unseen.
 */
export const MAX_AGE_MS = 60_000;

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
  #waiting: (() => void)[] = [];
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

  view(): FleetSnapshot {
    const known = this.#known;
    const isBelieved = known && this.#ports.clock.monotonicMs() - known.monotonicMs < MAX_AGE_MS;
    return {
      members: isBelieved ? known.fleet.members : [],
      readAt: isBelieved ? known.readAt : undefined,
      problem: this.#trouble,
      warning: isBelieved ? known.warning : undefined,
    };
  }

  whenReadable(): Promise<void> {
    return this.#isReadable() ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  #isReadable(): boolean {
    const isAnswered = this.#known !== undefined && this.#trouble === undefined;
    return isAnswered && this.#ports.ownLabels.all().length > 0;
  }

  async #ask(): Promise<void> {
    const { query: ask, ownLabels, clock, log } = this.#ports;
    try {
      const { series, warnings } = await ask();
      const fleet = this.#map(series);
      const [warning] = warnings;
      this.#known = { fleet, warning, readAt: clock.now(), monotonicMs: clock.monotonicMs() };
      if (fleet.own.length > 0) ownLabels.replace(fleet.own);
      if (this.#trouble !== undefined)
        log.info('The fleet can be read again', { members: fleet.members.length });
      this.#trouble = undefined;
      this.#tellWaiting();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#trouble === undefined) log.warn('The fleet cannot be read', { reason });
      this.#trouble = reason;
    }
  }
  /** Before the first own scrape, what an earlier process has left behind is not somebody else either. */
  #map(series: readonly QueriedSeries[]): MappedFleet {
    const { ownPolls, ownLabels } = this.#ports;
    const isOwn: Parameters<typeof mapFleet>[1] = (trace) => ownPolls.has(trace);
    const fleet = mapFleet(series, isOwn);
    if (fleet.own.length > 0) return fleet;
    const others = series.filter(({ labels }) => !ownLabels.isEarlier(instanceLabelsOf(labels)));
    return others.length === series.length ? fleet : mapFleet(others, isOwn);
  }

  #tellWaiting(): void {
    if (!this.#isReadable()) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const tell of waiting) tell();
  }
}
