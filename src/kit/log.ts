/** Named values that belong to a log line. Secrets print as `<secret>`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where a room writes what happened. The message is a constant sentence; everything that varies is a field. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
