import { failed, type Reading } from '../domain/reading.ts';
import { abortReason } from '../hub/network-fault.ts';
import { within } from './deadline.ts';

/** Starts the work of one key unless it is under way already; every caller gets the same reading. */
export type Fly = (
  key: string,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Reading>,
) => Promise<Reading>;

/** All flights of one hub. */
export interface Flights {
  readonly fly: Fly;
  abortAll(reason: Error): void;
  /** Settles when those that are under way now have ended, however they do. */
  allLanded(): Promise<void>;
}

interface Flight {
  readonly landing: Promise<Reading>;
  readonly abort: AbortController;
  passengers: number;
}

/**
 * Creates flights: at most one under way for each key, and who comes meanwhile joins it. One whose signal aborts leaves
 * the flight; when nobody is left, the work is aborted.
 */
export function createFlights(): Flights {
  const flights = new Map<string, Flight>();

  function takeOff(key: string, work: (signal: AbortSignal) => Promise<Reading>): Flight {
    const abort = new AbortController();
    const flight = { landing: work(abort.signal), abort, passengers: 0 };
    flights.set(key, flight);
    const landed = (): void => forget(key, flight);
    flight.landing.then(landed, landed);
    return flight;
  }

  function forget(key: string, flight: Flight): void {
    if (flights.get(key) === flight) flights.delete(key);
  }

  async function fly(
    key: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Reading>,
  ): Promise<Reading> {
    if (signal?.aborted) return cancelled(signal);
    const flight = flights.get(key) ?? takeOff(key, work);
    flight.passengers += 1;
    try {
      return await (signal ? within(flight.landing, signal) : flight.landing);
    } catch (error) {
      if (!signal?.aborted) throw error;
      return cancelled(signal);
    } finally {
      flight.passengers -= 1;
      // One that has landed is forgotten already; to abort it would cost an exception with a stack, and stop nothing.
      if (flight.passengers === 0 && flights.get(key) === flight) {
        forget(key, flight);
        flight.abort.abort(signal?.reason);
      }
    }
  }

  return {
    fly,
    abortAll(reason) {
      for (const { abort } of flights.values()) abort.abort(reason);
    },
    async allLanded() {
      await Promise.allSettled([...flights.values()].map(({ landing }) => landing));
    },
  };
}

function cancelled(signal: AbortSignal): Reading {
  return failed('timeout', `The probe was cancelled: ${abortReason(signal)}`);
}
