import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { HistoryFileError } from './sql-fault.ts';

/**
 * Checks that the history file can be written.
 * @param makesFolder whether to create a missing folder: only the default one, since a missing configured folder is
 * probably a volume that is not mounted
 * @throws HistoryFileError
 */
export function prepareHistoryFolder(path: string, makesFolder: boolean): void {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    if (!makesFolder) {
      throw new HistoryFileError(
        `The folder of the history file does not exist: ${folder}. Make it, mount it, or give another history.path`,
      );
    }
    makeFolder(folder);
  }
  if (!statSync(folder).isDirectory()) {
    throw new HistoryFileError(
      `The folder of the history file is not a folder: ${folder}. Give another history.path`,
    );
  }
  // SQLite also creates a log in the folder, so that the folder must be writable too.
  requireWritable(folder, 'folder of the history file');
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory())
    throw new HistoryFileError(`The history file is a folder: ${path}. Give another history.path`);
  requireWritable(path, 'history file');
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new HistoryFileError(
      `The folder of the history file cannot be made: ${folder}. Make it, or give another history.path`,
      { cause: error },
    );
  }
}

function requireWritable(path: string, noun: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new HistoryFileError(
      `The ${noun} cannot be written: ${path}. Let the user Headroom runs as write it, or give another history.path`,
      { cause: error },
    );
  }
}

/** Identifies a file by device and inode; undefined if there is none. */
type FileIdentity = string | undefined;

/** A change of an open database file: `moved` if it was deleted or replaced, `log` if only its write-ahead log was. */
type FileChange = 'none' | 'moved' | 'log';

/** Detects whether an open database or its write-ahead log was deleted or replaced. */
export interface FileWatch {
  /** Compares the files at the paths with the open ones; calls `stat` twice. */
  change(): FileChange;
  /**
   * Removes the write-ahead log of the open file, so that SQLite does not apply it to a replacement.
   * @throws Error of the file system
   */
  removeOwnLog(): void;
}

/** Creates a watch for the files of a database that was just opened. */
export function watchFile(path: string): FileWatch {
  const logPath = `${path}-wal`;
  const file = identityOf(path);
  // The first write creates a missing log.
  let log = identityOf(logPath);
  return {
    change() {
      try {
        if (identityOf(path) !== file) return 'moved';
        const now = identityOf(logPath);
        log ??= now;
        return now === log ? 'none' : 'log';
      } catch {
        // The folder cannot be read now; the open file can still be written.
        return 'none';
      }
    },
    removeOwnLog() {
      if (log !== undefined && identityOf(logPath) === log) rmSync(logPath, { force: true });
    },
  };
}

function identityOf(path: string): FileIdentity {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats && `${stats.dev}:${stats.ino}`;
}

/** Suffixes of the files that belong to a database and are renamed with it. */
const COMPANIONS = ['-wal', '-shm', '-journal'];

/**
 * Renames a damaged database to `<path>.damaged-<time>`, so that its data can still be rescued.
 * @param now milliseconds since the epoch
 * @returns the new path
 */
export function setAside(path: string, now: number): string {
  const time = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const name = `${path}.damaged-${time}`;
  let target = name;
  for (let n = 2; existsSync(target); n += 1) target = `${name}-${n}`;
  // The log first: after a crash SQLite would apply a remaining log to the new file.
  for (const companion of COMPANIONS) {
    if (existsSync(path + companion)) renameSync(path + companion, target + companion);
  }
  renameSync(path, target);
  return target;
}
