import type { StartTicker, Ticker } from './ticker.ts';

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
  tickerOf(schedule: string): Ticker {
    return this.#group(schedule).ticker;
  }

  /** Lets a member hear of each tick of a schedule. */
  join(schedule: string, member: ScheduleMember): void {
    this.#group(schedule).members.add(member);
  }

  /** Ends that. The ticker goes on until `dropEmpty`, because another member may join at once. */
  leave(schedule: string, member: ScheduleMember): void {
    this.#groups.get(schedule)?.members.delete(member);
  }

  /** Stops the tickers that nobody follows. */
  dropEmpty(): void {
    for (const [schedule, { ticker, members }] of this.#groups) {
      if (members.size > 0) continue;
      ticker.stop();
      this.#groups.delete(schedule);
    }
  }

  /** Stops all tickers. */
  stop(): void {
    for (const { ticker } of this.#groups.values()) ticker.stop();
    this.#groups.clear();
  }

  #group(schedule: string): Group {
    const known = this.#groups.get(schedule);
    if (known) return known;
    const members = new Set<ScheduleMember>();
    const ticker = this.#startTicker(schedule, () => {
      for (const member of members) member.tick();
    });
    const group = { ticker, members };
    this.#groups.set(schedule, group);
    return group;
  }
}
