import type { Schedule, StartTicker, Ticker } from './ticker.ts';

/** Whatever follows a schedule. */
export interface ScheduleMember {
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
