import type { Result } from '../../domain/result.ts';

/** What one poll looks like from outside. */
export interface PollTrace {
  readonly credential: string;
  /** When the probe ended, in milliseconds since the epoch. */
  readonly at: number;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
}

/** Remembers the polls of this process, to find its own series among those of the fleet. */
export interface OwnPolls {
  record(result: Result): void;
  /** Whether this process has made that poll. */
  has(trace: PollTrace): boolean;
}

/** How many polls are remembered: of a thousand credentials those of the last 20 minutes, at a poll a minute. */
const MAX_REMEMBERED = 20_000;
/** VictoriaMetrics stores decimal digits, not the bits of a number: a duration comes back to the nanosecond or so. */
const TOLERANCE_MS = 1e-5;

/**
 * Creates a memory without polls. A duration is measured to less than a microsecond, and the moment is known to the
 * millisecond: two Headrooms do not make the same poll by accident. So no label has to be configured to tell them apart.
 */
export function createOwnPolls(): OwnPolls {
  const durations = new Map<string, number>();
  return {
    record({ credential, at, durationMs }) {
      durations.set(keyOf(credential, at), durationMs);
      const [oldest] = durations.keys();
      if (durations.size > MAX_REMEMBERED && oldest !== undefined) durations.delete(oldest);
    },
    has({ credential, at, durationMs }) {
      const own = durations.get(keyOf(credential, at));
      return own !== undefined && Math.abs(own - durationMs) < TOLERANCE_MS;
    },
  };
}

function keyOf(credential: string, at: number): string {
  return `${Math.round(at)} ${credential}`;
}
