import type { FleetSnapshot } from '../../domain/history/fleet.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import { type MappedFleet, mapFleet } from './map-fleet.ts';
import { instanceLabelsOf, type OwnLabels, type OwnPolls } from './own-instance.ts';
import type { QueriedSeries, QueryResult } from './query-result.ts';

/** The dependencies of the fleet watch. */
export interface FleetWatchPorts {
  /** Queries the newest values of `FLEET_FAMILIES`. */
  readonly query: () => Promise<QueryResult>;
  readonly ownPolls: Pick<OwnPolls, 'has'>;
  /** Receives the labels of this instance's series. */
  readonly ownLabels: OwnLabels;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly log: Log;
}

/** Caches the state of the fleet. Reading it never waits. */
export interface FleetWatch {
  /** Queries the fleet, unless a query is pending. Never rejects. */
  refresh(): Promise<void>;
  /** Returns the current state of the fleet. */
  view(): FleetSnapshot;
  /** Resolves once a query succeeds and the series of this instance are known. */
  whenReadable(): Promise<void>;
}

/**
 * The maximum age of the cached state in milliseconds (1 min): it survives single failed queries, but the page must not show
 * outdated data.
 */
export const MAX_AGE_MS = 60_000;

interface Known {
  readonly fleet: MappedFleet;
  readonly warning: string | undefined;
  readonly readAt: number;
  readonly monotonicMs: number;
}

/** Creates a watch without data. */
export function createFleetWatch(ports: FleetWatchPorts): FleetWatch {
  return new Watch(ports);
}

class Watch implements FleetWatch {
  readonly #ports: FleetWatchPorts;
  #known: Known | undefined;
  #problem: string | undefined;
  #waiting: (() => void)[] = [];
  #pending: Promise<void> | undefined;

  constructor(ports: FleetWatchPorts) {
    this.#ports = ports;
  }

  refresh(): Promise<void> {
    this.#pending ??= this.#query().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  view(): FleetSnapshot {
    const known = this.#known;
    const isBelieved = known && this.#ports.clock.monotonicMs() - known.monotonicMs < MAX_AGE_MS;
    return {
      members: isBelieved ? known.fleet.members : [],
      readAt: isBelieved ? known.readAt : undefined,
      problem: this.#problem,
      warning: isBelieved ? known.warning : undefined,
    };
  }

  whenReadable(): Promise<void> {
    return this.#isReadable() ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  #isReadable(): boolean {
    const isAnswered = this.#known !== undefined && this.#problem === undefined;
    return isAnswered && this.#ports.ownLabels.all().length > 0;
  }

  async #query(): Promise<void> {
    const { query: ask, ownLabels, clock, log } = this.#ports;
    try {
      const { series, warnings } = await ask();
      const fleet = this.#map(series);
      const [warning] = warnings;
      this.#known = { fleet, warning, readAt: clock.now(), monotonicMs: clock.monotonicMs() };
      if (fleet.own.length > 0 && ownLabels.replace(fleet.own))
        log.info('Headroom has found its own series in the store', { series: fleet.own });
      if (this.#problem !== undefined)
        log.info('The fleet can be read again', { members: fleet.members.length });
      this.#problem = undefined;
      this.#resolveWaiting();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#problem === undefined) log.warn('The fleet cannot be read', { reason });
      this.#problem = reason;
    }
  }
  /** Maps the series. While no series has a poll of this process, those with the labels of this instance are omitted. */
  #map(series: readonly QueriedSeries[]): MappedFleet {
    const { ownPolls, ownLabels } = this.#ports;
    const isOwn: Parameters<typeof mapFleet>[1] = (trace) => ownPolls.has(trace);
    const fleet = mapFleet(series, isOwn);
    if (fleet.own.length > 0) return fleet;
    const others = series.filter(({ labels }) => !ownLabels.has(instanceLabelsOf(labels)));
    return others.length === series.length ? fleet : mapFleet(others, isOwn);
  }

  #resolveWaiting(): void {
    if (!this.#isReadable()) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
