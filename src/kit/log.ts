/** Named values of a log line. Secrets print as `<secret>`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes log lines. The message is a constant sentence; values are fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
