import type { Log, LogFields } from '../../src/kit/log.ts';

/** A recorded log line. */
export interface LogLine {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: LogFields;
}

/** A log that records its lines. */
export interface LogRecorder {
  readonly log: Log;
  readonly lines: readonly LogLine[];
  /** Returns the lines as `level: message {fields}`, oldest first. */
  texts(): string[];
}

/** Creates a log that records its lines. */
export function createLogRecorder(): LogRecorder {
  const lines: LogLine[] = [];
  const write =
    (level: keyof Log) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields });
    };
  return {
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    lines,
    texts: () => lines.map(({ level, message, fields }) => `${level}: ${message} ${JSON.stringify(fields)}`),
  };
}

/** A log that discards its lines. */
export const SILENT_LOG: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
