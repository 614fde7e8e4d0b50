import type { Log } from '../src/kit/log.ts';

/** A log that drops its lines. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
