import type { Log } from '../../src/kit/log.ts';

/** A log that keeps its lines, as `level: message {fields}`. */
export interface MemoryLog extends Log {
  readonly lines: readonly string[];
}

/** Creates one. */
export function createMemoryLog(): MemoryLog {
  const lines: string[] = [];
  const at =
    (level: string): Log['info'] =>
    (message, fields = {}) =>
      void lines.push(`${level}: ${message} ${JSON.stringify(fields)}`);
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
