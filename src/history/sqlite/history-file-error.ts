import { HistoryUnavailableError } from '../../domain/history/query.ts';
import { sqlFaultOf } from './sql-fault.ts';

/** Why the history cannot be kept in its file. The message names the file, and says what a person can do about it. */
export class HistoryFileError extends HistoryUnavailableError {}

/** What to do about each fault of the database, after the path of the file. */
const ADVICE = {
  damaged:
    'The history file is damaged and cannot be set aside: PATH. Make its folder writable, or remove the file',
  busy: 'Another process uses the history file: PATH. Stop it, or give each its own history.path',
  full: 'The disk of the history file is full: PATH. Make room on it',
  readonly:
    'The history file is read-only: PATH. Let the user Headroom runs as write the file and its folder, or mount the file system writable',
  io: 'The disk of the history file fails: PATH. Look into the log of the system; check the disk and its free space',
  other: 'The history file cannot be used: PATH',
} as const;

/** Says in one sentence why the history file cannot be used, and what to do. No secrets. */
export function historyProblem(error: unknown, path: string): string {
  if (error instanceof HistoryFileError) return error.message;
  return ADVICE[sqlFaultOf(error)].replace('PATH', () => path);
}
