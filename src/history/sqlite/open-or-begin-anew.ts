import { existsSync } from 'node:fs';
import type { Clock } from '../../kit/clock.ts';
import type { Log } from '../../kit/log.ts';
import { type HistoryFile, openHistoryFile } from './history-file.ts';
import { setAside } from './set-aside.ts';
import type { OpenMode, SqlDatabase } from './sql-database.ts';
import { sqlFaultOf } from './sql-fault.ts';

/** What it takes to open a history file. */
export interface OpenPorts {
  readonly path: string;
  readonly openDatabase: (path: string, mode: OpenMode) => SqlDatabase;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens the history file; a damaged one is set aside, and a new one begun.
 * @param patienceMs how long to wait for another process that has it, in milliseconds
 * @throws HistoryFileError when a person has to do something about it
 */
export function openOrBeginAnew(ports: OpenPorts, patienceMs: number): HistoryFile {
  try {
    return openHistoryFile(ports.openDatabase, ports.path, patienceMs);
  } catch (error) {
    if (sqlFaultOf(error) !== 'damaged') throw error;
    return beginAnew(ports, error);
  }
}

/** Sets the file aside and begins a new one. */
export function beginAnew({ path, openDatabase, clock, log }: OpenPorts, error: unknown): HistoryFile {
  const keptAs = existsSync(path) ? setAside(path, clock.now()) : undefined;
  log.error('The history file is damaged; it was set aside, and a new one begun', { path, keptAs, error });
  return openHistoryFile(openDatabase, path, 0);
}
