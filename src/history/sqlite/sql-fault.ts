import { HistoryUnavailableError } from '../../domain/history/query.ts';

/**
 * A kind of database error: `damaged` the file is not a valid database; `busy` another process has locked it; `full`,
 * `readonly` and `io` nothing can be written now; `other` a programming error.
 */
type SqlFault = 'damaged' | 'busy' | 'full' | 'readonly' | 'io' | 'other';

/** Primary result codes (https://www.sqlite.org/rescode.html). */
const FAULTS: Readonly<Record<number, SqlFault>> = {
  3: 'readonly',
  5: 'busy',
  6: 'busy',
  8: 'readonly',
  10: 'io',
  11: 'damaged',
  13: 'full',
  14: 'io',
  26: 'damaged',
};
/** Error codes of the file system. */
const SYSTEM_FAULTS: Readonly<Record<string, SqlFault>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'readonly',
  EACCES: 'readonly',
  EPERM: 'readonly',
  EIO: 'io',
};
/** An error of opening has its code only in the message: `ConnectionFailed("Unable to open …: 14")`. */
const CODE_IN_TEXT = /: (\d+)"?\)$/;

/** Returns the kind of a database error. */
export function sqlFaultOf(error: unknown): SqlFault {
  if (!(error instanceof Error)) return 'other';
  if ('syscall' in error && 'code' in error) return SYSTEM_FAULTS[String(error.code)] ?? 'other';
  const raw = 'rawCode' in error && typeof error.rawCode === 'number' ? error.rawCode : undefined;
  const code = raw ?? Number(CODE_IN_TEXT.exec(error.message)?.[1]);
  // The low byte is the primary code, the rest an extended code.
  return FAULTS[code & 0xff] ?? 'other';
}

/** Thrown if the history file cannot be used. The message names the file and what to do. */
export class HistoryFileError extends HistoryUnavailableError {}

/** Messages with advice for each kind of error; PATH is replaced by the path. */
const ADVICE = {
  damaged:
    'The history file is damaged and cannot be set aside: PATH. Make its folder writable, or remove the file',
  busy: 'Another process uses the history file: PATH. Stop it, or give each its own history.path',
  full: 'The disk of the history file is full: PATH. Free space on it',
  readonly:
    'The history file is read-only: PATH. Let the user Headroom runs as write the file and its folder, or mount the file system writable',
  io: 'The disk of the history file fails: PATH. Look into the log of the system; check the disk and its free space',
  other: 'The history file cannot be used: PATH',
} as const;

/** Returns why the history file cannot be used, and what to do: a sentence without a full stop and without secrets. */
export function describeHistoryProblem(error: unknown, path: string): string {
  if (error instanceof HistoryFileError) return error.message;
  return ADVICE[sqlFaultOf(error)].replace('PATH', () => path);
}
