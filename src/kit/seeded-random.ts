/** Numbers from 0 up to 1 that look random and are the same every time, on every machine. */
export type SeededRandom = () => number;

/**
 * A generator for a seed: Mulberry32 by Tommy Ettinger (public domain), 32 bits of state; good enough to spread traffic
 * and to play futures, and for nothing secret.
 */
export function seededRandom(seed: number): SeededRandom {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
