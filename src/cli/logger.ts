import pino from 'pino';
import type { LogConfig } from '../config/config.ts';
import { redact } from '../kit/foreign-text.ts';
import type { Log, LogFields } from '../kit/log.ts';

/** The destination of log lines: stderr, or an array in tests. */
export interface LineSink {
  write(line: string): void;
}

/**
 * Creates the log of the program. `Secret` values print as `<secret>`. As a second line of defence `redact()` masks every
 * finished line, for example a token that is quoted in an error of a library.
 */
export function createLogger(options: LogConfig, sink: LineSink): Log {
  const toLine = options.format === 'json' ? (line: string) => line : toLogfmt;
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'msg',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => sink.write(redact(toLine(line))) },
  );
  const write = (level: LogConfig['level']) => (message: string, fields?: LogFields) => {
    logger[level](withErrorMessages(fields ?? {}), message);
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** Replaces each error by its message and those of its causes, without a stack. */
function withErrorMessages(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, value instanceof Error ? messageOf(value) : value]),
  );
}

function messageOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${messageOf(error.cause)}` : error.message;
}

function toLogfmt(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const pairs = Object.entries({ time, level, msg, ...fields }).map(
    ([key, value]) => `${key}=${quote(value)}`,
  );
  return `${pairs.join(' ')}\n`;
}

function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^[^\s"=\\]+$/.test(text) ? text : JSON.stringify(text);
}
