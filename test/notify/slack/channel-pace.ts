/** How fast something may be done. */
export interface Pace {
  /**
   * Does it once.
   * @returns 0, or in how many seconds to try again when it is too soon
   */
  take(now: number): number;
}

/** So many times a second, and `burst` times at once after a while of silence. */
export function createPace(perSecond: number, burst: number): Pace {
  let left = burst;
  let lastAt: number | undefined;
  return {
    take(now) {
      if (lastAt !== undefined) left = Math.min(burst, left + ((now - lastAt) / 1_000) * perSecond);
      lastAt = now;
      if (left < 1) return Math.ceil((1 - left) / perSecond);
      left -= 1;
      return 0;
    },
  };
}
