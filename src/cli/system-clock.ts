import { performance } from 'node:perf_hooks';
import type { Clock } from '../domain/clock.ts';

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
};
