/** When to tick. */
export interface Schedule {
  /** A cron expression of 5 or 6 fields. */
  readonly expression: string;
  /** The IANA name of the zone whose local time the expression means; undefined is the zone of the process. */
  readonly timezone?: string | undefined;
}

/** A schedule under way. */
export interface Ticker {
  /**
   * Returns the time between two ticks, in milliseconds. A schedule with pauses, such as office hours, has the interval
   * it ticks at, not the length of its night.
   */
  intervalMs(): number;
  /** Returns how long it is until the next tick, in milliseconds. */
  untilNextMs(): number;
  /** Takes over the corrected `now()` of the clock, after the wall clock was set. */
  clockJumped(): void;
  stop(): void;
}

/** Starts a schedule. Throws SyntaxError when the expression is not one. */
export type StartTicker = (schedule: Schedule, onTick: () => void) => Ticker;

/** Whatever follows a schedule. */
interface ScheduleMember {
  tick(): void;
}

interface Group {
  readonly ticker: Ticker;
  readonly members: Set<ScheduleMember>;
}

/** One ticker for each distinct schedule, however many follow it. */
export class ScheduleGroups {
  readonly #startTicker: StartTicker;
  readonly #groups = new Map<string, Group>();

  constructor(startTicker: StartTicker) {
    this.#startTicker = startTicker;
  }

  /** The ticker of a schedule, started when it is the first time that anybody asks. */
  tickerOf(schedule: Schedule): Ticker {
    return this.#group(schedule).ticker;
  }

  /** Lets a member hear of each tick of a schedule. */
  join(schedule: Schedule, member: ScheduleMember): void {
    this.#group(schedule).members.add(member);
  }

  /** Ends that. The ticker goes on until `dropEmpty`, because another member may join at once. */
  leave(schedule: Schedule, member: ScheduleMember): void {
    this.#groups.get(keyOf(schedule))?.members.delete(member);
  }

  /** Stops the tickers that nobody follows. */
  dropEmpty(): void {
    for (const [key, { ticker, members }] of this.#groups) {
      if (members.size > 0) continue;
      ticker.stop();
      this.#groups.delete(key);
    }
  }

  /** Passes on to all tickers that the wall clock was set. */
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
