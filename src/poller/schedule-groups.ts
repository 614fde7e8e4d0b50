/** Describes when a schedule ticks. */
export interface Schedule {
  /** A cron expression of 5 or 6 fields. */
  readonly expression: string;
  /** IANA name of the time zone of the expression. Undefined: the zone of the process. */
  readonly timezone?: string | undefined;
}

/** Runs one schedule. */
export interface Ticker {
  /**
   * Returns the time between two ticks, in milliseconds. For a schedule with pauses, such as office hours, it is the
   * interval without the pauses.
   */
  intervalMs(): number;
  /** Returns the time until the next tick, in milliseconds. */
  untilNextMs(): number;
  /** Computes the next tick anew after the wall clock was set. */
  clockJumped(): void;
  /** Stops the ticks. */
  stop(): void;
}

/**
 * Starts a schedule that calls `onTick` at each tick.
 * @throws SyntaxError if the expression is not valid
 */
export type StartTicker = (schedule: Schedule, onTick: () => void) => Ticker;

/** Receives the ticks of a schedule. */
interface ScheduleMember {
  /** Called at each tick. */
  tick(): void;
}

interface Group {
  readonly ticker: Ticker;
  readonly members: Set<ScheduleMember>;
}

/** Runs one ticker for each distinct schedule and passes its ticks to all members of the schedule. */
export class ScheduleGroups {
  readonly #startTicker: StartTicker;
  readonly #groups = new Map<string, Group>();

  constructor(startTicker: StartTicker) {
    this.#startTicker = startTicker;
  }

  /** Returns the ticker of a schedule. Starts it on the first call. */
  tickerOf(schedule: Schedule): Ticker {
    return this.#group(schedule).ticker;
  }

  /** Calls the member at each tick of a schedule from now on. */
  join(schedule: Schedule, member: ScheduleMember): void {
    this.#group(schedule).members.add(member);
  }

  /** Stops calling the member. The ticker runs until `dropEmpty`, because another member may join at once. */
  leave(schedule: Schedule, member: ScheduleMember): void {
    this.#groups.get(keyOf(schedule))?.members.delete(member);
  }

  /** Stops the tickers without members. */
  dropEmpty(): void {
    for (const [key, { ticker, members }] of this.#groups) {
      if (members.size > 0) continue;
      ticker.stop();
      this.#groups.delete(key);
    }
  }

  /** Notifies all tickers that the wall clock was set. */
  clockJumped(): void {
    for (const { ticker } of this.#groups.values()) ticker.clockJumped();
  }

  /** Stops all tickers. */
  stop(): void {
    for (const { ticker } of this.#groups.values()) ticker.stop();
    this.#groups.clear();
  }

  #group(schedule: Schedule): Group {
    const key = keyOf(schedule);
    const known = this.#groups.get(key);
    if (known) return known;
    const members = new Set<ScheduleMember>();
    const ticker = this.#startTicker(schedule, () => {
      for (const member of members) member.tick();
    });
    const group = { ticker, members };
    this.#groups.set(key, group);
    return group;
  }
}

function keyOf({ expression, timezone }: Schedule): string {
  return JSON.stringify([expression, timezone]);
}
